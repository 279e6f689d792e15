-- Whoever wants to go: when he asked, and when he is erased unless he keeps his account before. begun_at is set once that is under
-- way, and from then on nobody takes it back.
CREATE TABLE identity.deletions (
  user_id uuid PRIMARY KEY REFERENCES identity.users ON DELETE CASCADE,
  asked_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  begun_at timestamptz
);
CREATE INDEX deletions_due ON identity.deletions (due_at);
GRANT SELECT, INSERT, DELETE, UPDATE (due_at, begun_at) ON identity.deletions TO holdfast_app;

-- Who was erased: the id alone, which names nobody any more. A backup from before holds him still; who restores it erases him anew.
CREATE TABLE identity.erasures (
  user_id uuid PRIMARY KEY,
  erased_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON identity.erasures TO holdfast_app;

-- The code names the purposes.
ALTER TABLE identity.links DROP CONSTRAINT IF EXISTS links_purpose_check;
ALTER TABLE identity.links ADD CONSTRAINT links_purpose_check CHECK (purpose ~ '^[a-z_]{1,40}$');

-- The one thing that ever changes an event: of whoever is erased, what says where he was and by what program. What happened,
-- and when, and that it was the same person each time, stays; who that was, nobody can tell any more.
CREATE POLICY person_seen ON security.events FOR SELECT TO holdfast_owner USING (user_id = nullif(current_setting('holdfast.erased', true), '')::uuid);
CREATE POLICY person_emptied ON security.events FOR UPDATE TO holdfast_owner
  USING (user_id = nullif(current_setting('holdfast.erased', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('holdfast.erased', true), '')::uuid);

CREATE FUNCTION security.erase(person uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  emptied bigint;
BEGIN
  PERFORM set_config('holdfast.erased', person::text, true);
  UPDATE security.events e SET address = NULL, agent = NULL, details = e.details - 'agent' - 'address'
  WHERE e.user_id = person AND (e.address IS NOT NULL OR e.agent IS NOT NULL OR e.details ?| ARRAY['agent', 'address']);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  PERFORM set_config('holdfast.erased', '', true);
  RETURN emptied;
END $$;
REVOKE ALL ON FUNCTION security.erase(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION security.erase(uuid) TO holdfast_system;
