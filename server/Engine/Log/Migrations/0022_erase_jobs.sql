-- What jobs carry of erased values goes once for all that a transaction erases, and by the names of the fields: in an object
-- that names the record, or within one, what is called like a field loses the texts that this field held. All else that
-- happens to read the same stays, such as an id or a choice.
CREATE FUNCTION engine.without(doc jsonb, erased jsonb, here jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
  IF jsonb_typeof(doc) = 'array' THEN
    RETURN (SELECT coalesce(jsonb_agg(engine.without(item, erased, here) ORDER BY place), '[]') FROM jsonb_array_elements(doc) WITH ORDINALITY AS items(item, place));
  ELSIF jsonb_typeof(doc) <> 'object' THEN
    RETURN doc;
  END IF;
  here := here || (SELECT coalesce(jsonb_agg(erased -> (value #>> '{}')), '[]') FROM jsonb_each(doc) WHERE jsonb_typeof(value) = 'string' AND erased ? (value #>> '{}'));
  RETURN (
    SELECT coalesce(jsonb_object_agg(key, engine.without(engine.without(value, ARRAY(
      SELECT held FROM jsonb_array_elements(here) AS fields(texts), jsonb_array_elements_text(texts -> key) AS held)), erased, here)), '{}')
    FROM jsonb_each(doc));
END $$;
REVOKE ALL ON FUNCTION engine.without(jsonb, jsonb, jsonb) FROM PUBLIC;

-- Whether a text names one of the records of which something is erased: looked for one by one, so that it takes no longer
-- than the text and the ids are long.
CREATE FUNCTION engine.names_erased(carried text, erased jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT EXISTS (SELECT FROM jsonb_object_keys(erased) AS id WHERE position(id IN carried) > 0)
$$;
REVOKE ALL ON FUNCTION engine.names_erased(text, jsonb) FROM PUBLIC;

-- Takes out of what the jobs of the workspace carry, those that wait and those that are remembered, what is erased:
-- {"record's id": {"field": ["text", …]}}. It reads the tables once, however many records there are. A table that was
-- imported names no record, and may hold everyone: those that are remembered go whole.
CREATE FUNCTION engine.erase_jobs(erased jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
  waiting bigint;
  ended bigint;
  imports bigint;
BEGIN
  DELETE FROM engine.job_ends e WHERE e.workspace_id = workspace AND e.job ->> 'kind' = 'records.import';
  GET DIAGNOSTICS imports = ROW_COUNT;
  UPDATE engine.jobs j SET payload = engine.without(j.payload, erased, '[]')
  WHERE j.workspace_id = workspace AND j.kind <> 'records.import' AND engine.names_erased(j.payload::text, erased);
  GET DIAGNOSTICS waiting = ROW_COUNT;
  UPDATE engine.job_ends e SET job = jsonb_set(e.job, '{payload}', engine.without(e.job -> 'payload', erased, '[]'))
  WHERE e.workspace_id = workspace AND engine.names_erased((e.job -> 'payload')::text, erased);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN imports + waiting + ended;
END $$;
REVOKE ALL ON FUNCTION engine.erase_jobs(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.erase_jobs(jsonb) TO holdfast_writer;

-- As before (0020), without what jobs carry.
CREATE OR REPLACE FUNCTION engine.erase(of_type text, of_record uuid, vals jsonb) RETURNS bigint
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
