CREATE SCHEMA test;

CREATE TABLE test.shelves (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  name text NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('test.shelves');

CREATE TABLE test.things (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  title text NOT NULL,
  note text,
  number text,
  count bigint,
  percent bigint NOT NULL CHECK (percent BETWEEN 0 AND 100),
  price bigint,
  currency text,
  done boolean,
  due date,
  seen timestamptz,
  state text NOT NULL,
  tags text[] NOT NULL,
  keeper uuid,
  shelf_id uuid,
  place bigint,
  parent_id uuid,
  password boolean NOT NULL,
  letter bytea,
  stamp text,
  ext jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, number),
  UNIQUE (workspace_id, shelf_id, place),
  FOREIGN KEY (workspace_id, shelf_id) REFERENCES test.shelves (workspace_id, id),
  FOREIGN KEY (workspace_id, parent_id) REFERENCES test.things (workspace_id, id)
);
CREATE INDEX ON test.things (workspace_id, state, due);
SELECT engine.protect_records('test.things');

CREATE TABLE test.people (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  first_name text,
  last_name text NOT NULL,
  email text,
  mood text,
  visits bigint,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('test.people');
CREATE INDEX ON test.people (workspace_id, email);
