-- What browsers were told to forget, and browsers that have not come for long, are forgotten like outcomes. The policies hold
-- whoever deletes to the time, whatever he believes it to be. Revocations come in the order of time; a browser is seen anew
-- with each hello, and its transactions do not touch the index.
CREATE INDEX revocations_sent ON engine.revocations USING brin (sent_at) WITH (autosummarize = on);
CREATE POLICY keep ON engine.revocations AS RESTRICTIVE FOR DELETE USING (sent_at < now() - interval '90 days');
GRANT DELETE ON engine.revocations TO holdfast_app;

CREATE INDEX browsers_seen ON engine.browsers (seen_at);
CREATE POLICY keep ON engine.browsers AS RESTRICTIVE FOR DELETE USING (seen_at < now() - interval '90 days');
