-- What makes the log provable: the digest of each entry over the one before it, and the salts of the values in it.
-- Entries written before this file have neither.
ALTER TABLE engine.log
  ADD COLUMN erasures jsonb,
  ADD COLUMN salts bytea,
  ADD COLUMN digest bytea;

-- The one thing that ever changes an entry: values of one record and their salts go, their digests come in their place.
-- It runs as the owner of the log, because nobody else may update it. It can empty and nothing else, in the workspace
-- that is set; a wrong digest would break the chain, which verification finds.
-- Each value is {seq, change, side, field, slot, digest}: the entry, the place in its changes, set or before, and the
-- place of the salt.
CREATE FUNCTION engine.erase(of_type text, of_record uuid, vals jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
  val record;
  doc jsonb;
  salt bytea;
  erased jsonb;
  last_seq bigint;
BEGIN
  FOR val IN
    SELECT v.seq, v.change::text AS change, v.side, v.field, v.slot, v.digest
    FROM jsonb_to_recordset(vals) AS v(seq bigint, change int, side text, field text, slot int, digest text)
    ORDER BY v.seq
  LOOP
    IF last_seq IS DISTINCT FROM val.seq THEN
      IF last_seq IS NOT NULL THEN
        UPDATE engine.log l SET changes = doc, salts = salt WHERE l.workspace_id = workspace AND l.seq = last_seq;
      END IF;
      SELECT l.changes, l.salts INTO STRICT doc, salt FROM engine.log l WHERE l.workspace_id = workspace AND l.seq = val.seq FOR UPDATE;
      last_seq := val.seq;
    END IF;
    IF val.side NOT IN ('set', 'before') OR NOT coalesce((doc -> val.change::int -> val.side) ? val.field, false)
      OR doc -> val.change::int ->> 'type' <> of_type OR (doc -> val.change::int ->> 'id')::uuid <> of_record
    THEN
      RAISE EXCEPTION 'entry % holds no such value of this record', val.seq;
    END IF;
    doc := jsonb_set(doc, ARRAY[val.change, val.side, val.field], 'null');
    erased := coalesce(doc -> val.change::int -> 'erased', '{"set": {}, "before": {}}');
    -- An entry from before there were digests has none, and no salt.
    erased := jsonb_set(erased, ARRAY[val.side, val.field], coalesce(to_jsonb(val.digest), 'null'));
    doc := jsonb_set(doc, ARRAY[val.change, 'erased'], erased);
    salt := overlay(salt PLACING decode(repeat('00', 16), 'hex') FROM 1 + 16 * val.slot);
    UPDATE engine.tombstones t SET before = jsonb_set(t.before, ARRAY[val.field], 'null', false)
    WHERE t.workspace_id = workspace AND t.type = of_type AND t.record_id = of_record
      AND val.side = 'before' AND t.version = val.seq;
  END LOOP;
  IF last_seq IS NOT NULL THEN
    UPDATE engine.log l SET changes = doc, salts = salt WHERE l.workspace_id = workspace AND l.seq = last_seq;
  END IF;
  RETURN jsonb_array_length(vals);
END $$;
REVOKE ALL ON FUNCTION engine.erase(text, uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.erase(text, uuid, jsonb) TO holdfast_writer;
