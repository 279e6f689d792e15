-- A person may be called otherwise than on his first day, and say in which time he lives (IANA).
ALTER TABLE identity.users ADD COLUMN time_zone text CHECK (char_length(time_zone) BETWEEN 1 AND 64);
GRANT UPDATE (name, time_zone) ON identity.users TO holdfast_app;

-- A person's picture: a small square, of which the hash is what it is asked for by.
CREATE TABLE identity.pictures (
  user_id uuid PRIMARY KEY REFERENCES identity.users ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('image/png', 'image/jpeg', 'image/webp')),
  bytes bytea NOT NULL CHECK (octet_length(bytes) <= 64000),
  hash text NOT NULL CHECK (char_length(hash) = 32),
  changed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.pictures TO holdfast_app;
