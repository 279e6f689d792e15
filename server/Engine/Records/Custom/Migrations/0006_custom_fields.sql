CREATE TABLE access.fields (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  record_type text NOT NULL CHECK (char_length(record_type) BETWEEN 1 AND 100),
  key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 40),
  label text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('text', 'integer', 'boolean', 'date', 'choice', 'list')),
  required boolean NOT NULL,
  choices text[] NOT NULL CHECK (cardinality(choices) <= 100),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, record_type, key)
);
SELECT engine.protect_records('access.fields');
