SELECT engine.record_table('platform.comments', $$
  record_type text NOT NULL CHECK (char_length(record_type) BETWEEN 1 AND 100),
  record uuid NOT NULL,
  topic uuid,
  author uuid NOT NULL,
  text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 10000)
$$);
CREATE INDEX ON platform.comments (workspace_id, topic);
CREATE INDEX ON platform.comments (workspace_id, record);
