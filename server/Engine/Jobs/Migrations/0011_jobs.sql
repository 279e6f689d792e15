-- Work to be done later, or slowly. A row is here from the moment it is asked for until it is done: this table stays
-- small. A lane is what one workspace waits for in one queue at one priority; within it jobs are taken by their place.
-- What is claimed changes no indexed column, so that a claim writes no index.
CREATE SEQUENCE engine.job_places;
GRANT USAGE ON SEQUENCE engine.job_places TO holdfast_app, holdfast_writer, holdfast_system;

CREATE TABLE engine.jobs (
  id uuid PRIMARY KEY,
  -- The nil id for the instance's own.
  workspace_id uuid NOT NULL,
  queue text NOT NULL,
  priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),
  -- Null while it waits for its time.
  place bigint,
  due_at timestamptz NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  once_key text,
  group_key text,
  is_system boolean NOT NULL,
  user_id uuid,
  cause bigint,
  depth int NOT NULL,
  enqueued_at timestamptz NOT NULL,
  attempt int NOT NULL DEFAULT 0,
  error text,
  worker_id uuid,
  started_at timestamptz,
  -- Asked for once more while it ran.
  again boolean NOT NULL DEFAULT false,
  cancelled boolean NOT NULL DEFAULT false,
  CHECK (is_system OR user_id IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
CREATE INDEX jobs_lane ON engine.jobs (queue, priority, workspace_id, place) WHERE place IS NOT NULL;
CREATE INDEX jobs_due ON engine.jobs (due_at) WHERE place IS NULL;
CREATE UNIQUE INDEX jobs_once ON engine.jobs (workspace_id, kind, once_key) WHERE once_key IS NOT NULL;
SELECT engine.protect_state('engine.jobs');
CREATE POLICY across_write ON engine.jobs TO holdfast_system USING (true) WITH CHECK (true);
GRANT INSERT, UPDATE, DELETE ON engine.jobs TO holdfast_system;
GRANT INSERT, UPDATE ON engine.jobs TO holdfast_writer;

-- What runs now in queues whose concurrency is bounded, by all processes together.
CREATE TABLE engine.job_claims (
  job_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  queue text NOT NULL,
  group_key text,
  worker_id uuid NOT NULL
);
CREATE INDEX job_claims_queue ON engine.job_claims (queue, group_key);
SELECT engine.protect('engine.job_claims');
CREATE POLICY across_write ON engine.job_claims TO holdfast_system USING (true) WITH CHECK (true);
GRANT INSERT, UPDATE, DELETE ON engine.job_claims TO holdfast_system;

-- What is over and worth remembering: whatever failed for good, with all that is needed to try it again, and the rest
-- for as long as its kind says.
CREATE TABLE engine.job_ends (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('done', 'failed', 'cancelled')),
  job jsonb NOT NULL,
  ended_at timestamptz NOT NULL,
  forget_at timestamptz NOT NULL
);
CREATE INDEX job_ends_outcome ON engine.job_ends (outcome, ended_at);
CREATE INDEX job_ends_forget ON engine.job_ends (forget_at);
SELECT engine.protect('engine.job_ends');
CREATE POLICY across_write ON engine.job_ends TO holdfast_system USING (true) WITH CHECK (true);
GRANT INSERT, UPDATE, DELETE ON engine.job_ends TO holdfast_system;

-- The processes that work. A claim lasts as long as its worker gives a sign of life.
CREATE TABLE engine.workers (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  started_at timestamptz NOT NULL,
  beat_at timestamptz NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.workers TO holdfast_system;

-- What an operator has decided about a queue; and how many it may still start, where its rate is bounded.
CREATE TABLE engine.queues (
  queue text PRIMARY KEY,
  paused boolean NOT NULL DEFAULT false,
  tokens double precision,
  tokens_at timestamptz
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.queues TO holdfast_system;

-- When each schedule comes next.
CREATE TABLE engine.schedules (
  name text PRIMARY KEY,
  expression text NOT NULL,
  zone text NOT NULL,
  next_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON engine.schedules TO holdfast_system;
