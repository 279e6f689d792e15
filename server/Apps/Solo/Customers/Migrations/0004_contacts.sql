SELECT engine.record_table('solo.contacts', $$
  customer uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  role text CHECK (char_length(role) BETWEEN 1 AND 100),
  email text CHECK (char_length(email) BETWEEN 1 AND 254),
  phone text CHECK (char_length(phone) BETWEEN 1 AND 50),
  language text CHECK (char_length(language) BETWEEN 1 AND 35),
  remark text CHECK (char_length(remark) BETWEEN 1 AND 1000),
  ext jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(ext) = 'object'),
  FOREIGN KEY (workspace_id, customer) REFERENCES solo.customers
$$);
CREATE INDEX ON solo.contacts (workspace_id, customer);

SELECT engine.record_table('solo.addresses', $$
  customer uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('main', 'billing', 'delivery')),
  valid_from date,
  addressee text CHECK (char_length(addressee) BETWEEN 1 AND 200),
  street text CHECK (char_length(street) BETWEEN 1 AND 300),
  postal_code text CHECK (char_length(postal_code) BETWEEN 1 AND 20),
  city text CHECK (char_length(city) BETWEEN 1 AND 100),
  region text CHECK (char_length(region) BETWEEN 1 AND 100),
  country text NOT NULL CHECK (char_length(country) BETWEEN 1 AND 2),
  FOREIGN KEY (workspace_id, customer) REFERENCES solo.customers
$$);
CREATE INDEX ON solo.addresses (workspace_id, customer);
