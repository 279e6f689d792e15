SELECT engine.record_table('solo.projects', $$
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  code text CHECK (char_length(code) BETWEEN 1 AND 20),
  customer uuid,
  colour text NOT NULL CHECK (colour IN ('gray', 'red', 'pink', 'grape', 'violet', 'indigo', 'blue', 'cyan', 'teal', 'green', 'lime', 'yellow', 'orange')),
  state text NOT NULL CHECK (state IN ('draft', 'active', 'completed', 'archived')),
  starts_on date,
  ends_on date CHECK (ends_on >= starts_on),
  billing text NOT NULL CHECK (billing IN ('hourly', 'fixed', 'retainer', 'none')),
  budget_minutes bigint CHECK (budget_minutes BETWEEN 0 AND 9007199254740991),
  budget bigint,
  currency text CHECK (char_length(currency) BETWEEN 1 AND 3),
  warn_at bigint CHECK (warn_at BETWEEN 1 AND 1000),
  alert_at bigint CHECK (alert_at BETWEEN 1 AND 1000),
  description text CHECK (char_length(description) BETWEEN 1 AND 5000),
  tags text[] NOT NULL CHECK (cardinality(tags) <= 50),
  ext jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(ext) = 'object'),
  UNIQUE (workspace_id, code),
  FOREIGN KEY (workspace_id, customer) REFERENCES solo.customers
$$);
CREATE INDEX ON solo.projects (workspace_id, customer);

SELECT engine.record_table('solo.tasks', $$
  project uuid NOT NULL,
  title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 300),
  done boolean NOT NULL,
  assignee uuid,
  due date,
  order_key text NOT NULL CHECK (char_length(order_key) BETWEEN 1 AND 100),
  FOREIGN KEY (workspace_id, project) REFERENCES solo.projects
$$);
CREATE INDEX ON solo.tasks (workspace_id, project, done);
