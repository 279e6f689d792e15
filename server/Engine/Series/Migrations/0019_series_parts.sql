-- Makes the part of one table of a series that holds a time, whatever time that is: the keeper asks for those to come, an
-- import for those that a workspace brings along.
CREATE FUNCTION engine.series_part(tab text, at timestamptz) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
  parts text[] := parse_ident(tab);
  unit text := (
    SELECT CASE tab WHEN s.name THEN 'day' WHEN s.name || '_hours' THEN 'month' ELSE 'year' END
    FROM engine.series s WHERE tab IN (s.name, s.name || '_hours', s.name || '_days') ORDER BY length(s.name) DESC LIMIT 1);
  begins timestamptz := date_trunc(unit, at);
  part text := format('%I.%I', parts[1], parts[2] || to_char(begins, '_YYYYMMDD'));
BEGIN
  IF unit IS NULL THEN
    RAISE EXCEPTION 'there is no series with a table %', tab;
  END IF;
  -- One process at a time; the others find it made.
  PERFORM pg_advisory_xact_lock(hashtextextended('series ' || tab, 0));
  IF to_regclass(part) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %s PARTITION OF %I.%I FOR VALUES FROM (%L) TO (%L)', part, parts[1], parts[2], begins, begins + ('1 ' || unit)::interval);
  -- Reached through the table that it is a part of alone, under whose policies the rows then stand.
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION engine.series_part(text, timestamptz) FROM PUBLIC;

-- As before, but for who makes the parts; and while a workspace is being taken in, nothing is dropped: what it brings may be old.
CREATE OR REPLACE FUNCTION engine.series_keep(series text, suffix text, part interval, keep interval, ahead interval, at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  unit text := CASE part WHEN interval '1 day' THEN 'day' WHEN interval '1 month' THEN 'month' ELSE 'year' END;
  old timestamptz := date_trunc(unit, least(at, clock_timestamp()) - keep);
  next timestamptz := date_trunc(unit, at - keep);
  child record;
  changed int := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM engine.series s WHERE s.name = series) OR suffix NOT IN ('', '_hours', '_days') THEN
    RAISE EXCEPTION 'there is no series %', series;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('series ' || series || suffix, 0));
  WHILE next <= at + ahead LOOP
    IF engine.series_part(series || suffix, next) THEN
      changed := changed + 1;
    END IF;
    next := next + part;
  END LOOP;
  IF pg_try_advisory_xact_lock(hashtextextended('series import', 0)) THEN
    FOR child IN
      SELECT c.oid::regclass AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = (series || suffix)::regclass AND to_timestamp(right(c.relname, 8), 'YYYYMMDD') < old
    LOOP
      EXECUTE format('DROP TABLE %s', child.name);
      changed := changed + 1;
    END LOOP;
  END IF;
  RETURN changed;
END $$;
