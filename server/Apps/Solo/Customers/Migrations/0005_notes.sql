SELECT engine.record_table('solo.notes', $$
  customer uuid NOT NULL,
  contact uuid,
  kind text NOT NULL CHECK (kind IN ('note', 'call', 'mail', 'meeting')),
  at timestamptz NOT NULL,
  text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 10000),
  FOREIGN KEY (workspace_id, customer) REFERENCES solo.customers,
  FOREIGN KEY (workspace_id, contact) REFERENCES solo.contacts
$$);
CREATE INDEX ON solo.notes (workspace_id, customer, at);
CREATE INDEX ON solo.notes (workspace_id, contact);
