SELECT engine.record_table('platform.homes', $$
  member uuid NOT NULL,
  main text[] NOT NULL CHECK (cardinality(main) <= 100),
  side text[] NOT NULL CHECK (cardinality(side) <= 100),
  hidden text[] NOT NULL CHECK (cardinality(hidden) <= 100),
  seen_at timestamptz,
  visited_at timestamptz,
  tour text CHECK (tour IN ('open', 'away', 'done')),
  tour_step text CHECK (char_length(tour_step) BETWEEN 1 AND 40)
$$);
CREATE INDEX ON platform.homes (workspace_id, member);
