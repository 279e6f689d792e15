CREATE SCHEMA solo;

CREATE TABLE solo.customers (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  kind text NOT NULL CHECK (kind IN ('person', 'company')),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  email text CHECK (char_length(email) BETWEEN 1 AND 254),
  phone text CHECK (char_length(phone) BETWEEN 1 AND 50),
  vat_id text CHECK (char_length(vat_id) BETWEEN 1 AND 20),
  status text NOT NULL CHECK (status IN ('lead', 'prospect', 'active', 'dormant', 'lost', 'archived')),
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  language text CHECK (char_length(language) BETWEEN 2 AND 35),
  tags text[] NOT NULL CHECK (cardinality(tags) <= 50),
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('solo.customers');
