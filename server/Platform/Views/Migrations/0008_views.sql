SELECT engine.record_table('platform.views', $$
  member uuid NOT NULL,
  record_type text NOT NULL CHECK (char_length(record_type) BETWEEN 1 AND 100),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
  search text CHECK (char_length(search) BETWEEN 1 AND 4000),
  columns text[] NOT NULL DEFAULT '{}'
$$);
CREATE INDEX ON platform.views (workspace_id, member);
