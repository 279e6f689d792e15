-- What only ever happens, in numbers: points in time, kept for a while, and their sums by the hour and by the day, kept for
-- longer. Each of the three is cut into parts by time, which are made ahead and dropped when they are old.
CREATE TABLE engine.series (
  name text PRIMARY KEY,
  vals text[] NOT NULL
);
GRANT SELECT ON engine.series TO holdfast_app, holdfast_system;

-- The batches of points that were written of late, so that one whose answer was lost is not written twice.
CREATE TABLE engine.series_batches (
  id uuid PRIMARY KEY,
  written_at timestamptz NOT NULL
);
CREATE INDEX series_batches_written ON engine.series_batches (written_at);
GRANT SELECT, INSERT, DELETE ON engine.series_batches TO holdfast_system;

-- The tables of a series in one statement: the points, and the sums with the largest value of an hour and of a day (UTC).
CREATE FUNCTION engine.series_table(tab text, vals text[]) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  parts text[] := parse_ident(tab);
  own text := (SELECT string_agg(format('%I bigint NOT NULL', v), ', ' ORDER BY n) FROM unnest(vals) WITH ORDINALITY AS u(v, n));
  sums text := (SELECT string_agg(format('%I bigint NOT NULL, %I bigint NOT NULL', v || '_sum', v || '_max'), ', ' ORDER BY n) FROM unnest(vals) WITH ORDINALITY AS u(v, n));
  made text;
BEGIN
  IF cardinality(parts) <> 2 OR own IS NULL THEN
    RAISE EXCEPTION 'a series is called schema.noun, such as proxy.traffic, and has at least one value';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = parts[1]) THEN
    EXECUTE format('CREATE SCHEMA %I', parts[1]);
  END IF;
  EXECUTE format('CREATE TABLE %I.%I (workspace_id uuid NOT NULL, subject uuid NOT NULL, label text NOT NULL, at timestamptz NOT NULL, %s) PARTITION BY RANGE (at)', parts[1], parts[2], own);
  EXECUTE format('CREATE INDEX ON %I.%I (workspace_id, subject, at)', parts[1], parts[2]);
  FOREACH made IN ARRAY ARRAY['hours', 'days'] LOOP
    EXECUTE format('CREATE TABLE %I.%I (workspace_id uuid NOT NULL, subject uuid NOT NULL, label text NOT NULL, at timestamptz NOT NULL, points bigint NOT NULL, %s, PRIMARY KEY (workspace_id, subject, label, at)) PARTITION BY RANGE (at)',
      parts[1], parts[2] || '_' || made, sums);
    EXECUTE format('CREATE INDEX ON %I.%I (workspace_id, at)', parts[1], parts[2] || '_' || made);
  END LOOP;
  FOREACH made IN ARRAY ARRAY['', '_hours', '_days'] LOOP
    PERFORM engine.protect(format('%I.%I', parts[1], parts[2] || made)::regclass);
    EXECUTE format('CREATE POLICY across_write ON %I.%I TO holdfast_system USING (true) WITH CHECK (true)', parts[1], parts[2] || made);
    EXECUTE format('GRANT INSERT ON %I.%I TO holdfast_app, holdfast_system', parts[1], parts[2] || made);
    IF made <> '' THEN
      EXECUTE format('GRANT UPDATE ON %I.%I TO holdfast_app, holdfast_system', parts[1], parts[2] || made);
    END IF;
  END LOOP;
  INSERT INTO engine.series (name, vals) VALUES (tab, vals);
END $$;
REVOKE ALL ON FUNCTION engine.series_table(text, text[]) FROM PUBLIC;

-- Makes the parts of one table of a series that are missing, and drops those that are old. It runs as the owner, because
-- nobody else makes or drops tables; it knows no tables but those of series. Whatever the caller believes the time to be,
-- nothing is dropped that is not old by the clock of the database as well.
CREATE FUNCTION engine.series_keep(series text, suffix text, part interval, keep interval, ahead interval, at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  unit text := CASE part WHEN interval '1 day' THEN 'day' WHEN interval '1 month' THEN 'month' ELSE 'year' END;
  parts text[] := parse_ident(series);
  parent regclass;
  old timestamptz := date_trunc(unit, least(at, clock_timestamp()) - keep);
  next timestamptz;
  child record;
  changed int := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM engine.series s WHERE s.name = series) OR suffix NOT IN ('', '_hours', '_days') THEN
    RAISE EXCEPTION 'there is no series %', series;
  END IF;
  parent := format('%I.%I', parts[1], parts[2] || suffix)::regclass;
  -- One process at a time; the others find nothing left to do.
  PERFORM pg_advisory_xact_lock(hashtextextended('series ' || series || suffix, 0));
  next := date_trunc(unit, at - keep);
  WHILE next <= at + ahead LOOP
    IF to_regclass(format('%I.%I', parts[1], parts[2] || suffix || to_char(next, '_YYYYMMDD'))) IS NULL THEN
      EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', parts[1], parts[2] || suffix || to_char(next, '_YYYYMMDD'), parent, next, next + part);
      -- Reached through the table that it is a part of alone, under whose policies the rows then stand.
      EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', parts[1], parts[2] || suffix || to_char(next, '_YYYYMMDD'));
      EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', parts[1], parts[2] || suffix || to_char(next, '_YYYYMMDD'));
      changed := changed + 1;
    END IF;
    next := next + part;
  END LOOP;
  FOR child IN
    SELECT c.oid::regclass AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent AND to_timestamp(right(c.relname, 8), 'YYYYMMDD') < old
  LOOP
    EXECUTE format('DROP TABLE %s', child.name);
    changed := changed + 1;
  END LOOP;
  RETURN changed;
END $$;
REVOKE ALL ON FUNCTION engine.series_keep(text, text, interval, interval, interval, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.series_keep(text, text, interval, interval, interval, timestamptz) TO holdfast_system;
