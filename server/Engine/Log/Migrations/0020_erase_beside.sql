-- What a value leaves beside the log goes with it: in the stored answers of refused transactions, and in what jobs carry that
-- wait or are remembered. Refusals are few, so what finds them costs a write that is applied nothing.
CREATE INDEX outcomes_refused ON engine.outcomes (workspace_id) WHERE answer IS NOT NULL;
CREATE INDEX job_ends_workspace ON engine.job_ends (workspace_id);

-- The document with null for each of the texts.
CREATE FUNCTION engine.without(doc jsonb, texts text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
  RETURN CASE jsonb_typeof(doc)
    WHEN 'string' THEN CASE WHEN doc #>> '{}' = ANY(texts) THEN 'null' ELSE doc END
    WHEN 'array' THEN (SELECT coalesce(jsonb_agg(engine.without(item, texts) ORDER BY place), '[]') FROM jsonb_array_elements(doc) WITH ORDINALITY AS items(item, place))
    WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(key, engine.without(value, texts)), '{}') FROM jsonb_each(doc))
    ELSE doc
  END;
END $$;
REVOKE ALL ON FUNCTION engine.without(jsonb, text[]) FROM PUBLIC;

-- Empties what refused transactions wanted a record's fields to hold, or believed them to; all fields where none are named.
-- What was answered stays. With an entry named, of what was refused by then.
CREATE FUNCTION engine.erase_answers(of_type text, of_record uuid, fields text[], up_to bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
  emptied bigint;
BEGIN
  UPDATE engine.outcomes o SET answer = o.answer - 'current' || CASE WHEN o.answer ? 'conflicts' THEN jsonb_build_object('conflicts', (
    SELECT coalesce(jsonb_agg(CASE WHEN said ->> 'type' = of_type AND (said ->> 'id')::uuid = of_record
      THEN said || jsonb_build_object('mine', coalesce((said -> 'mine') - fields, '{}'), 'base', coalesce((said -> 'base') - fields, '{}'))
      ELSE said END ORDER BY place), '[]')
    FROM jsonb_array_elements(o.answer -> 'conflicts') WITH ORDINALITY AS conflicts(said, place))) ELSE '{}' END
  WHERE o.workspace_id = workspace AND o.answer IS NOT NULL AND position(of_record::text IN o.answer::text) > 0
    AND (up_to IS NULL OR o.at <= (SELECT l.at FROM engine.log l WHERE l.workspace_id = workspace AND l.seq = up_to));
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END $$;
REVOKE ALL ON FUNCTION engine.erase_answers(text, uuid, text[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.erase_answers(text, uuid, text[], bigint) TO holdfast_writer;

-- As before (0004), and where a job names the record, the texts that go become null in what it carries.
CREATE OR REPLACE FUNCTION engine.erase(of_type text, of_record uuid, vals jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
  val record;
  doc jsonb;
  salt bytea;
  erased jsonb;
  last_seq bigint;
  texts text[] := '{}';
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
    texts := texts || ARRAY(
      SELECT part #>> '{}' FROM jsonb_path_query(doc -> val.change::int -> val.side -> val.field, 'strict $.**') AS part WHERE jsonb_typeof(part) = 'string');
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
  IF texts <> '{}' THEN
    UPDATE engine.jobs j SET payload = engine.without(j.payload, texts)
    WHERE j.workspace_id = workspace AND position(of_record::text IN j.payload::text) > 0;
    UPDATE engine.job_ends e SET job = jsonb_set(e.job, '{payload}', engine.without(e.job -> 'payload', texts))
    WHERE e.workspace_id = workspace AND position(of_record::text IN (e.job -> 'payload')::text) > 0;
  END IF;
  RETURN jsonb_array_length(vals);
END $$;
