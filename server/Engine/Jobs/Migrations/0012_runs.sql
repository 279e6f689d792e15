-- How far jobs are that somebody wants to see: the record type of JobRun.
SELECT engine.record_table('jobs.runs', $$
  member uuid NOT NULL,
  kind text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 200),
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  percent bigint NOT NULL CHECK (percent BETWEEN 0 AND 100),
  step text CHECK (char_length(step) BETWEEN 1 AND 100),
  count bigint CHECK (count >= 0),
  attempt bigint NOT NULL CHECK (attempt >= 0) $$);
CREATE INDEX runs_workspace_id_member_idx ON jobs.runs (workspace_id, member);
ALTER TABLE engine.jobs ADD COLUMN is_shown boolean NOT NULL DEFAULT false;
