-- As before, but the day in a part's name is compared as text: the planner may look at the name before it has asked whether the table is
-- a part, and the names of other tables are no days.
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
      WHERE i.inhparent = (series || suffix)::regclass AND right(c.relname, 8) COLLATE "C" < to_char(old, 'YYYYMMDD')
    LOOP
      EXECUTE format('DROP TABLE %s', child.name);
      changed := changed + 1;
    END LOOP;
  END IF;
  RETURN changed;
END $$;
