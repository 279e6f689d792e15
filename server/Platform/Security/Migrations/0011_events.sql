-- What happened to people, their sessions and their rights, under the names of OWASP's logging vocabulary. It belongs to the
-- instance: it stays here when a workspace leaves, so its policies are not those of workspace tables. A person and the
-- operator read it as holdfast_system does; a workspace's own part of it is read within the workspace. Nobody changes a row.
CREATE SCHEMA security;

CREATE TABLE security.events (
  -- Of version 7, made of the time: the order of the ids is the order of the events.
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z_]{1,60}$'),
  -- Whom it concerns. No reference: what happened stays when the person is gone.
  user_id uuid,
  workspace_id uuid,
  session_id uuid,
  address cidr,
  agent text CHECK (char_length(agent) <= 100),
  details jsonb CHECK (octet_length(details::text) <= 2000)
);
CREATE INDEX events_user ON security.events (user_id, id);
CREATE INDEX events_workspace ON security.events (workspace_id, id) WHERE workspace_id IS NOT NULL;

ALTER TABLE security.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE security.events FORCE ROW LEVEL SECURITY;
CREATE POLICY in_workspace ON security.events TO holdfast_app
  USING (workspace_id = current_setting('holdfast.workspace')::uuid)
  WITH CHECK (workspace_id = current_setting('holdfast.workspace')::uuid);
-- The owner is bound like everybody; but what it forgets is old, and of any workspace or of none.
CREATE POLICY of_owner ON security.events TO holdfast_owner
  USING (workspace_id = nullif(current_setting('holdfast.workspace', true), '')::uuid)
  WITH CHECK (workspace_id = nullif(current_setting('holdfast.workspace', true), '')::uuid);
CREATE POLICY across ON security.events FOR SELECT TO holdfast_system USING (true);
CREATE POLICY across_write ON security.events FOR INSERT TO holdfast_system WITH CHECK (true);
GRANT USAGE ON SCHEMA security TO holdfast_app, holdfast_system;
GRANT SELECT, INSERT ON security.events TO holdfast_app, holdfast_system;

-- What is forgotten is old by the clock of the database, whatever the caller believes the time to be, and whatever he asks for.
CREATE POLICY old_seen ON security.events FOR SELECT TO holdfast_owner USING (at < clock_timestamp() - interval '30 days');
CREATE POLICY old_gone ON security.events FOR DELETE TO holdfast_owner USING (at < clock_timestamp() - interval '30 days');

CREATE FUNCTION security.forget(keep interval, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  before timestamptz := least(at, clock_timestamp()) - greatest(keep, interval '30 days');
  gone bigint;
BEGIN
  PERFORM set_config('holdfast.workspace', '00000000-0000-0000-0000-000000000000', true);
  DELETE FROM security.events e WHERE e.at < before;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION security.forget(interval, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION security.forget(interval, timestamptz) TO holdfast_system;

-- How often each happened, by the hour and the day. Those that were too many to be written one by one are counted here all the same.
SELECT engine.series_table('security.counts', ARRAY['unwritten']);
