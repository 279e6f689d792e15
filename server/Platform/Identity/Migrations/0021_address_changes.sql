-- Who wants another address, and who has come to have one: for a while the former address can take it back.
CREATE TABLE identity.address_changes (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  former text NOT NULL,
  former_key text NOT NULL,
  next text NOT NULL CHECK (char_length(next) BETWEEN 3 AND 254),
  next_key text NOT NULL,
  -- Of the link to the new address, and of the one by which the former takes it back, each once it is sent.
  token_hash bytea UNIQUE CHECK (octet_length(token_hash) = 32),
  undo_hash bytea UNIQUE CHECK (octet_length(undo_hash) = 32),
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  -- Until when the former address can take it back, and nobody else can have it. Empty where it was never shown to be the person's.
  undo_until timestamptz,
  -- Which request took it back: of many that try, one finds its own here.
  undone_by uuid,
  -- When it was given up, replaced or taken back.
  ended_at timestamptz,
  CHECK (undo_until IS NULL OR confirmed_at IS NOT NULL),
  CHECK (undone_by IS NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX address_changes_open ON identity.address_changes (user_id) WHERE confirmed_at IS NULL AND ended_at IS NULL;
CREATE INDEX address_changes_user ON identity.address_changes (user_id);
CREATE INDEX address_changes_held ON identity.address_changes (former_key) WHERE undo_until IS NOT NULL AND ended_at IS NULL;
GRANT SELECT, INSERT, DELETE, UPDATE (token_hash, undo_hash, confirmed_at, undo_until, undone_by, ended_at) ON identity.address_changes TO holdfast_app;

GRANT UPDATE (email, email_key) ON identity.users TO holdfast_app;
