-- How far each consumer has read in each workspace's log. What is claimed is read by one process at a time; a claim that is
-- not renewed in time is anybody's, and whoever held it can write down nothing any more.
CREATE TABLE engine.consumers (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  consumer text NOT NULL,
  -- Everything up to here has been handled.
  seq bigint NOT NULL,
  worker_id uuid,
  lease_until timestamptz,
  -- Of the entry that comes next, where it failed.
  attempts int NOT NULL DEFAULT 0,
  error text,
  failing_since timestamptz,
  retry_at timestamptz,
  PRIMARY KEY (workspace_id, consumer),
  CHECK ((error IS NULL) = (attempts = 0))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
SELECT engine.protect_state('engine.consumers');
CREATE POLICY across_write ON engine.consumers TO holdfast_system USING (true) WITH CHECK (true);
GRANT INSERT, UPDATE ON engine.consumers TO holdfast_system;

-- Which entries were passed over by hand, by whom, and why they had to be. Only ever appended to.
CREATE TABLE engine.consumer_skips (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  consumer text NOT NULL,
  seq bigint NOT NULL,
  attempts int NOT NULL,
  error text NOT NULL,
  is_system boolean NOT NULL,
  via text NOT NULL,
  user_id uuid,
  session_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CHECK (is_system OR user_id IS NOT NULL)
);
SELECT engine.protect('engine.consumer_skips');
GRANT INSERT ON engine.consumer_skips TO holdfast_app;

-- The consumers that an operator has stopped, in all workspaces.
CREATE TABLE engine.paused_consumers (
  consumer text PRIMARY KEY,
  paused_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON engine.paused_consumers TO holdfast_system;
