-- Empties the events of nobody but who is being erased: of anybody else they stay what they are, whoever asks.
CREATE OR REPLACE FUNCTION security.erase(person uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  emptied bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM identity.deletions d WHERE d.user_id = person AND d.begun_at IS NOT NULL) THEN
    -- Of two who erase him one may be done already.
    IF NOT EXISTS (SELECT FROM identity.users u WHERE u.id = person) THEN
      RETURN 0;
    END IF;
    RAISE EXCEPTION 'Nobody is erasing %.', person USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM set_config('holdfast.erased', person::text, true);
  UPDATE security.events e SET address = NULL, agent = NULL, details = e.details - 'agent' - 'address'
  WHERE e.user_id = person AND (e.address IS NOT NULL OR e.agent IS NOT NULL OR e.details ?| ARRAY['agent', 'address']);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  PERFORM set_config('holdfast.erased', '', true);
  RETURN emptied;
END $$;

-- What happens to a person is noted in the transaction that does it, which is the instance's own and runs as holdfast_app.
CREATE POLICY of_instance ON security.events FOR INSERT TO holdfast_app
  WITH CHECK (workspace_id IS NULL AND current_setting('holdfast.workspace') = '00000000-0000-0000-0000-000000000000');
