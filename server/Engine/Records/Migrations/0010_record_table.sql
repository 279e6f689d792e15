-- The table of a record type in one statement: the columns that every record has, the ones that are its own, the key,
-- and what keeps workspaces apart. What is its own is written as inside CREATE TABLE: columns, UNIQUE, FOREIGN KEY.
CREATE FUNCTION engine.record_table(tab text, own text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  parts text[] := parse_ident(tab);
BEGIN
  IF cardinality(parts) <> 2 THEN
    RAISE EXCEPTION 'a record table is called schema.nouns, such as solo.customers, and not %', tab;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = parts[1]) THEN
    EXECUTE format('CREATE SCHEMA %I', parts[1]);
  END IF;
  EXECUTE format($table$
    CREATE TABLE %I.%I (
      workspace_id uuid NOT NULL REFERENCES engine.workspaces,
      id uuid NOT NULL,
      version bigint NOT NULL,
      created_at timestamptz NOT NULL,
      created_by uuid,
      updated_at timestamptz NOT NULL,
      updated_by uuid,
      PRIMARY KEY (workspace_id, id),
      %s) $table$, parts[1], parts[2], own);
  PERFORM engine.protect_records(format('%I.%I', parts[1], parts[2])::regclass);
END $$;
REVOKE ALL ON FUNCTION engine.record_table(text, text) FROM PUBLIC;
