-- Browsers at which a person has signed in before: his attempts there are counted apart from those of strangers. The cookie
-- holds a random value that is the same for all who share the browser; here is its hash.
CREATE TABLE identity.devices (
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  since timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, secret_hash)
);
GRANT SELECT, INSERT, DELETE, UPDATE (used_at) ON identity.devices TO holdfast_app;

-- How often the person has been unlocked. It is part of the keys by which attempts are counted, so that one more begins all
-- of them anew, wherever they are kept.
ALTER TABLE identity.users ADD COLUMN unlocks int NOT NULL DEFAULT 0;
GRANT UPDATE (unlocks) ON identity.users TO holdfast_app;
-- Whoever runs the instance can take a password that has become known to others.
GRANT DELETE ON identity.credentials TO holdfast_app;
