-- People belong to the instance, not to a workspace, so there is no workspace_id and no row security here.
-- Only holdfast_app reaches these tables: the write path and the readers across workspaces never see a password or a
-- session. What nobody has to change, nobody may: an id, an e-mail address, the start of a session.
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO holdfast_app;

-- One spelling per address: compatibility forms (full width, ligatures) become plain letters, capitals small ones.
-- The part before the @ is folded too, although the standard lets a server tell its case apart: none in use does,
-- and two people whose addresses differ by a capital would be one phishing mail. The caller hands it in lower case
-- already, since lower() here knows no letters beyond ASCII in every locale.
CREATE FUNCTION identity.email_key(email text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog
  AS $$ SELECT lower(normalize(email, NFKC)) $$;

CREATE TABLE identity.users (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
  email_key text NOT NULL UNIQUE,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  language text NOT NULL,
  created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON identity.users TO holdfast_app;

-- What a person proves to be himself with. One row per means, so that second factors and passkeys are further kinds.
CREATE TABLE identity.credentials (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('password')),
  -- A password: the hash in PHC format, which names its own algorithm and costs.
  secret text NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX credentials_password ON identity.credentials (user_id) WHERE kind = 'password';
GRANT SELECT, INSERT, UPDATE (secret, changed_at) ON identity.credentials TO holdfast_app;

-- id names a session in logs and between servers; the cookie holds another value, of which only the hash is here.
CREATE TABLE identity.sessions (
  id uuid PRIMARY KEY,
  secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  idle_expires_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  auth_time timestamptz NOT NULL,
  amr text[] NOT NULL,
  agent text NOT NULL,
  address_prefix cidr NOT NULL,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('signed_out', 'replaced', 'idle', 'expired')),
  CHECK (idle_expires_at <= expires_at),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX sessions_user ON identity.sessions (user_id);
CREATE INDEX sessions_open ON identity.sessions (idle_expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON identity.sessions (ended_at) WHERE ended_at IS NOT NULL;
GRANT SELECT, INSERT, DELETE, UPDATE (last_used_at, idle_expires_at, ended_at, end_reason) ON identity.sessions TO holdfast_app;
