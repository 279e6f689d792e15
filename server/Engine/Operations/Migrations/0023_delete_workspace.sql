-- These hold whoever forgets what is old; who deletes a workspace deletes all of it.
ALTER POLICY keep ON engine.outcomes TO holdfast_app;
ALTER POLICY keep ON engine.revocations TO holdfast_app;
ALTER POLICY keep ON engine.browsers TO holdfast_app;

-- Deletes the workspace that is set, with its log and all else of it, where nobody but this person is in it. It runs as the
-- owner, because nobody else may delete from the log; whoever calls it holds the lock of the workspace, so that nobody joins
-- meanwhile. Tables go one after the other, each before those that it refers to.
CREATE FUNCTION engine.delete_workspace(alone uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
  waiting regclass[];
  tab regclass;
BEGIN
  IF EXISTS (SELECT FROM access.members m WHERE m.workspace_id = workspace AND m.user_id <> alone) THEN
    RETURN false;
  END IF;
  -- Whoever notes something of it beside the lock, such as how far he has read, waits, and finds no workspace then.
  PERFORM FROM engine.workspaces w WHERE w.workspace_id = workspace FOR UPDATE;
  SELECT array_agg(p.polrelid::regclass ORDER BY p.polrelid) INTO waiting FROM pg_policy p WHERE p.polname = 'workspace';
  WHILE cardinality(waiting) > 0 LOOP
    SELECT named INTO STRICT tab FROM unnest(waiting) AS named
    WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = named AND c.conrelid = ANY (waiting) AND c.conrelid <> named)
    LIMIT 1;
    EXECUTE format('DELETE FROM %s WHERE workspace_id = $1', tab) USING workspace;
    waiting := array_remove(waiting, tab);
  END LOOP;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION engine.delete_workspace(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.delete_workspace(uuid) TO holdfast_writer;
