SELECT engine.record_table('solo.samples', $$
  records text[] NOT NULL CHECK (cardinality(records) <= 200)
$$);
