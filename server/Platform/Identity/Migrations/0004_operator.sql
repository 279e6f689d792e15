-- Who runs the instance: the first who signed up. There is one, and nobody becomes it by being the oldest who is left.
CREATE TABLE identity.operators (
  user_id uuid PRIMARY KEY REFERENCES identity.users ON DELETE CASCADE,
  since timestamptz NOT NULL
);
CREATE UNIQUE INDEX operators_one ON identity.operators ((true));
GRANT SELECT, INSERT ON identity.operators TO holdfast_app;

INSERT INTO identity.operators SELECT id, now() FROM identity.users ORDER BY created_at, id LIMIT 1;
