-- What the cookie proves is made anew while a session goes on: when the password was proven again, and when the person's
-- role changed. The row and its id stay, and with them the sockets. former_hash is the one before, for the requests that
-- were under way; former_until says how long it counts.
ALTER TABLE identity.sessions
  DROP CONSTRAINT sessions_end_reason_check,
  ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason ~ '^[a-z_]{1,40}$'),
  ADD COLUMN former_hash bytea CHECK (octet_length(former_hash) = 32),
  ADD COLUMN former_until timestamptz,
  ADD COLUMN renews boolean NOT NULL DEFAULT false,
  ADD COLUMN asks_proof boolean NOT NULL DEFAULT false,
  ADD COLUMN moved_at timestamptz,
  ADD CHECK ((former_hash IS NULL) = (former_until IS NULL));
CREATE INDEX sessions_former ON identity.sessions (former_hash) WHERE former_hash IS NOT NULL;
GRANT UPDATE (secret_hash, former_hash, former_until, renews, asks_proof, moved_at, auth_time, amr, agent, address_prefix)
  ON identity.sessions TO holdfast_app;
