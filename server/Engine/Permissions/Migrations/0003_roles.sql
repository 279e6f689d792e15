-- Roles that a workspace makes for itself, and people from outside, who see what belongs to their party.
CREATE TABLE access.roles (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  permissions text[] NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);

-- Without its own policies for a moment: the foreign key is checked by a query over all workspaces.
ALTER TABLE access.members NO FORCE ROW LEVEL SECURITY;
ALTER TABLE access.members
  DROP CONSTRAINT members_role_check,
  ADD CONSTRAINT members_role_check CHECK (role IN ('owner', 'admin', 'moderator', 'member', 'viewer', 'guest')),
  ADD COLUMN custom_role uuid,
  ADD COLUMN party uuid,
  ADD FOREIGN KEY (workspace_id, custom_role) REFERENCES access.roles (workspace_id, id);
ALTER TABLE access.members FORCE ROW LEVEL SECURITY;
SELECT engine.protect_records('access.roles');
CREATE INDEX members_custom_role ON access.members (workspace_id, custom_role) WHERE custom_role IS NOT NULL;

-- A record whose keys changed left the sight of those who held the old ones. Who was away for longer than the log
-- reaches back learns of it here, as he learns of what was deleted from the tombstones.
CREATE TABLE engine.moves (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  type text NOT NULL,
  record_id uuid NOT NULL,
  version bigint NOT NULL,
  keys jsonb NOT NULL,
  PRIMARY KEY (workspace_id, type, version, record_id)
);
SELECT engine.protect('engine.moves');
GRANT INSERT ON engine.moves TO holdfast_writer;
CREATE INDEX tombstones_version ON engine.tombstones (workspace_id, type, version);

-- What a browser was told to forget, and when it said that it had.
CREATE TABLE engine.revocations (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  browser_id uuid NOT NULL,
  user_id uuid NOT NULL,
  seq bigint NOT NULL,
  scopes text[] NOT NULL,
  records int NOT NULL,
  sent_at timestamptz NOT NULL,
  acknowledged_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect('engine.revocations');
GRANT INSERT ON engine.revocations TO holdfast_app;
GRANT UPDATE (acknowledged_at) ON engine.revocations TO holdfast_app;
