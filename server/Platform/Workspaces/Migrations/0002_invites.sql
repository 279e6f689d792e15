CREATE SCHEMA workspaces;

-- Links by which people join. The link holds the secret; here is only its hash.
CREATE TABLE workspaces.invites (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  role text NOT NULL CHECK (role IN ('owner', 'member', 'viewer')),
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  used_by uuid,
  revoked_at timestamptz,
  revoked_by uuid,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, token_hash),
  CHECK ((used_at IS NULL) = (used_by IS NULL)),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
  CHECK (used_at IS NULL OR revoked_at IS NULL)
);
SELECT engine.protect_state('workspaces.invites');
-- An invite is used up in the transaction that makes its member, which is the write path's.
GRANT UPDATE (used_at, used_by) ON workspaces.invites TO holdfast_writer;
