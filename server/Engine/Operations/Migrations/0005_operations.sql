-- A deleted record may come back as it was; under which schema that was, the tombstone says.
ALTER TABLE engine.tombstones ADD COLUMN schema int NOT NULL DEFAULT 1;
ALTER TABLE engine.tombstones ALTER COLUMN schema DROP DEFAULT;
GRANT DELETE ON engine.tombstones TO holdfast_writer;

-- The values of secret fields. Record and log hold only that there is one. The write path puts them here without
-- being able to read them, the application reads them one by one and leaves a trail, and nobody reads them across
-- workspaces.
CREATE TABLE engine.secrets (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  type text NOT NULL,
  record_id uuid NOT NULL,
  field text NOT NULL,
  value text NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, type, record_id, field)
);
SELECT engine.protect('engine.secrets');
REVOKE SELECT ON engine.secrets FROM holdfast_writer, holdfast_system;
GRANT SELECT (workspace_id, type, record_id, field), INSERT, DELETE ON engine.secrets TO holdfast_writer;

-- Who read which secret, and when. Only ever appended to.
CREATE TABLE engine.reveals (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  type text NOT NULL,
  record_id uuid NOT NULL,
  field text NOT NULL,
  is_system boolean NOT NULL,
  via text NOT NULL,
  user_id uuid,
  session_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  CHECK (is_system OR user_id IS NOT NULL)
);
SELECT engine.protect('engine.reveals');
GRANT INSERT ON engine.reveals TO holdfast_app;
