-- A token of a program is a session without a cookie: it is listed, ended, forgotten and asked after like one. What it
-- proves itself by follows from its id, its generation and a key that is not in this database, so nothing here opens anything.
ALTER TABLE identity.sessions
  ADD COLUMN kind text NOT NULL DEFAULT 'browser' CHECK (kind IN ('browser', 'token')),
  ALTER COLUMN secret_hash DROP NOT NULL,
  ADD CHECK ((kind = 'browser') = (secret_hash IS NOT NULL));

CREATE TABLE identity.tokens (
  session_id uuid PRIMARY KEY REFERENCES identity.sessions ON DELETE CASCADE,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  -- The one that counts. Each use makes the next; one that comes again after that was copied by somebody.
  generation integer NOT NULL DEFAULT 1 CHECK (generation > 0),
  rotated_at timestamptz,
  -- Who made the last use, as a hash, and how often he has come again with the one before.
  device bytea CHECK (octet_length(device) = 32),
  replays integer NOT NULL DEFAULT 0,
  CHECK ((generation = 1) = (rotated_at IS NULL))
);
GRANT SELECT, INSERT, UPDATE (generation, rotated_at, device, replays) ON identity.tokens TO holdfast_app;

-- Access tokens that were given up before their time, by their own id: a signature can be written in more ways than one.
CREATE TABLE identity.denied_tokens (
  id uuid PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON identity.denied_tokens TO holdfast_app;

-- The keys that access tokens are signed with. The private half is encrypted with the key file of whoever made it.
CREATE TABLE identity.signing_keys (
  id text PRIMARY KEY,
  public_key bytea NOT NULL,
  private_key bytea NOT NULL,
  sealed_by text NOT NULL,
  created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON identity.signing_keys TO holdfast_app;
