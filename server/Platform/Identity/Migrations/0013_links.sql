-- What a link in a mail opens, once. Of its secret only the hash is here: 256 random bits need no salt.
CREATE TABLE identity.links (
  id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  purpose text NOT NULL CHECK (purpose IN ('reset')),
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  -- Where it was sent: whoever has another address by now does not hold it any more.
  email text NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- When it was used, or a later one took its place.
  ended_at timestamptz
);
CREATE INDEX links_user ON identity.links (user_id, purpose, issued_at);
CREATE INDEX links_expired ON identity.links (expires_at);
GRANT SELECT, INSERT, DELETE, UPDATE (ended_at) ON identity.links TO holdfast_app;
