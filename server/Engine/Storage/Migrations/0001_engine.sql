-- What every workspace table needs, said once. Record tables are written by the write path alone;
-- tables of machine state are written by the application. Both are invisible outside their workspace:
-- current_setting raises an error where no workspace is set, so a forgotten one is loud, not empty.
CREATE FUNCTION engine.protect(tab regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %s TO holdfast_app, holdfast_writer, holdfast_system',
    (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = tab));
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
  EXECUTE format($policy$
    CREATE POLICY workspace ON %s TO holdfast_owner, holdfast_app, holdfast_writer
    USING (workspace_id = current_setting('holdfast.workspace')::uuid)
    WITH CHECK (workspace_id = current_setting('holdfast.workspace')::uuid) $policy$, tab);
  EXECUTE format('CREATE POLICY across ON %s FOR SELECT TO holdfast_system USING (true)', tab);
  EXECUTE format('GRANT SELECT ON %s TO holdfast_app, holdfast_writer, holdfast_system', tab);
END $$;

CREATE FUNCTION engine.protect_records(tab regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM engine.protect(tab);
  EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO holdfast_writer', tab);
END $$;

CREATE FUNCTION engine.protect_state(tab regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM engine.protect(tab);
  EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO holdfast_app', tab);
END $$;

REVOKE ALL ON FUNCTION engine.protect(regclass), engine.protect_records(regclass), engine.protect_state(regclass) FROM PUBLIC;

-- The workspace as the machine knows it. Its name and what people see of it are a record (access.workspaces).
CREATE TABLE engine.workspaces (
  workspace_id uuid PRIMARY KEY,
  epoch uuid NOT NULL,
  created_at timestamptz NOT NULL
);
SELECT engine.protect_state('engine.workspaces');

-- The one log: gapless and ordered per workspace. A record's version is the seq of the last entry that touched it.
CREATE TABLE engine.log (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  seq bigint NOT NULL CHECK (seq > 0),
  transaction_id uuid NOT NULL,
  at timestamptz NOT NULL,
  is_system boolean NOT NULL,
  via text NOT NULL,
  user_id uuid,
  session_id uuid,
  browser_id uuid,
  mutation bigint,
  cause bigint,
  depth int NOT NULL,
  schema int NOT NULL,
  changes jsonb NOT NULL,
  PRIMARY KEY (workspace_id, seq),
  CHECK (is_system OR user_id IS NOT NULL)
) PARTITION BY HASH (workspace_id);
DO $$ BEGIN
  FOR part IN 0..7 LOOP
    EXECUTE format('CREATE TABLE engine.log_%s PARTITION OF engine.log FOR VALUES WITH (MODULUS 8, REMAINDER %s)', part, part);
    -- Reached through engine.log alone, under whose policies the rows then stand.
    EXECUTE format('ALTER TABLE engine.log_%s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE engine.log_%s FORCE ROW LEVEL SECURITY', part);
  END LOOP;
END $$;
SELECT engine.protect('engine.log');
GRANT INSERT ON engine.log TO holdfast_writer;

-- One engine in one browser tab. Bound to its user, so that nobody else can answer for its numbers.
CREATE TABLE engine.browsers (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  browser_id uuid NOT NULL,
  user_id uuid NOT NULL,
  session_id uuid NOT NULL,
  last_mutation bigint NOT NULL DEFAULT 0,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, browser_id)
);
SELECT engine.protect_state('engine.browsers');
GRANT UPDATE ON engine.browsers TO holdfast_writer;

-- What became of each transaction, kept so that whoever asks again gets the same answer.
CREATE TABLE engine.outcomes (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  transaction_id uuid NOT NULL,
  user_id uuid,
  browser_id uuid,
  mutation bigint,
  outcome text NOT NULL CHECK (outcome IN ('applied', 'conflict', 'rejected')),
  seq bigint,
  answer jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, transaction_id),
  UNIQUE (workspace_id, browser_id, mutation),
  CHECK ((outcome = 'applied') = (seq IS NOT NULL))
);
SELECT engine.protect('engine.outcomes');
GRANT INSERT ON engine.outcomes TO holdfast_writer;

-- What was deleted, so that an id is never taken again and a reader that was away learns of it.
CREATE TABLE engine.tombstones (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  type text NOT NULL,
  record_id uuid NOT NULL,
  version bigint NOT NULL,
  deleted_at timestamptz NOT NULL,
  before jsonb NOT NULL,
  PRIMARY KEY (workspace_id, type, record_id)
);
SELECT engine.protect('engine.tombstones');
GRANT INSERT ON engine.tombstones TO holdfast_writer;
