-- Outcomes are kept so that whoever asks again gets the first answer; nobody asks after a quarter of a year. The policy
-- holds whoever deletes to that, whatever he believes the time to be. Rows come in the order of time, which is what a
-- BRIN index needs to find the old ones; a write pays nothing for it.
CREATE INDEX outcomes_at ON engine.outcomes USING brin (at) WITH (autosummarize = on);
CREATE POLICY keep ON engine.outcomes AS RESTRICTIVE FOR DELETE USING (at < now() - interval '90 days');
GRANT DELETE ON engine.outcomes TO holdfast_app;
