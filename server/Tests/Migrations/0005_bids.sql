SELECT engine.record_table('solo.bids', $$
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  number text CHECK (char_length(number) BETWEEN 1 AND 20),
  customer uuid,
  party uuid,
  state text NOT NULL CHECK (state IN ('open', 'done')),
  budget bigint,
  currency text CHECK (char_length(currency) BETWEEN 1 AND 3),
  ext jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(ext) = 'object'),
  UNIQUE (workspace_id, number),
  FOREIGN KEY (workspace_id, customer) REFERENCES solo.customers
$$);
CREATE INDEX ON solo.bids (workspace_id, party);
CREATE INDEX ON solo.bids (workspace_id, customer);
