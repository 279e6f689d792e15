-- What a person asked to have of his data. Its rows are counted, so that nobody has it made without end; they go after a day.
CREATE TABLE identity.exports (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  percent int NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
  bytes bigint,
  asked_at timestamptz NOT NULL,
  done_at timestamptz
);
CREATE INDEX exports_user ON identity.exports (user_id, asked_at);
-- One at a time.
CREATE UNIQUE INDEX exports_under_way ON identity.exports (user_id) WHERE state IN ('waiting', 'running');
GRANT SELECT, INSERT, DELETE, UPDATE (state, percent, bytes, done_at) ON identity.exports TO holdfast_app;

-- The files, in pieces. Unlogged: they belong to no backup, and are made again where they are lost.
CREATE UNLOGGED TABLE identity.export_pieces (
  export_id uuid NOT NULL REFERENCES identity.exports ON DELETE CASCADE,
  number int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (export_id, number)
);
GRANT SELECT, INSERT, DELETE ON identity.export_pieces TO holdfast_app;
