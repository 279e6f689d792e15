CREATE SCHEMA access;

CREATE TABLE access.workspaces (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL CHECK (id = workspace_id),
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('access.workspaces');

CREATE TABLE access.members (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  user_id uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
  role text NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, user_id)
);
SELECT engine.protect_records('access.members');

-- The one index that does not begin with the workspace: at sign-in the system asks in which workspaces a user is.
CREATE INDEX members_user ON access.members (user_id);
