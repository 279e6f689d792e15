-- The writer writes groups of transactions, which may be of several workspaces: it names them all, and reaches no other.
-- Everyone else names one. The names are read once for a statement. They are no index condition, for a statement looks
-- for keys, of which the workspace is the first part.
CREATE OR REPLACE FUNCTION engine.protect(tab regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %s TO holdfast_app, holdfast_writer, holdfast_system',
    (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = tab));
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
  EXECUTE format($policy$
    CREATE POLICY workspace ON %s TO holdfast_owner, holdfast_app
    USING (workspace_id = current_setting('holdfast.workspace')::uuid)
    WITH CHECK (workspace_id = current_setting('holdfast.workspace')::uuid) $policy$, tab);
  PERFORM engine.protect_groups(tab);
  EXECUTE format('CREATE POLICY across ON %s FOR SELECT TO holdfast_system USING (true)', tab);
  EXECUTE format('GRANT SELECT ON %s TO holdfast_app, holdfast_writer, holdfast_system', tab);
END $$;

CREATE FUNCTION engine.protect_groups(tab regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  -- None is an error, as it is for one.
  one_of text := $check$array_position(
    (SELECT string_to_array(coalesce(nullif(current_setting('holdfast.workspace'), ''), 'no workspace is set'), ',')::uuid[]), workspace_id
  ) IS NOT NULL$check$;
BEGIN
  EXECUTE format('CREATE POLICY groups ON %s TO holdfast_writer USING (%s) WITH CHECK (%s)', tab, one_of, one_of);
END $$;
REVOKE ALL ON FUNCTION engine.protect_groups(regclass) FROM PUBLIC;

DO $$
DECLARE
  tab regclass;
BEGIN
  FOR tab IN SELECT polrelid FROM pg_policy WHERE polname = 'workspace' LOOP
    EXECUTE format('ALTER POLICY workspace ON %s TO holdfast_owner, holdfast_app', tab);
    PERFORM engine.protect_groups(tab);
  END LOOP;
END $$;

-- The two tables into which every transaction writes. That there is such a workspace the writer has just read, and
-- nobody deletes one; to check it for each row again took a good part of a group's time.
ALTER TABLE engine.log DROP CONSTRAINT log_workspace_id_fkey;
ALTER TABLE engine.outcomes DROP CONSTRAINT outcomes_workspace_id_fkey;
