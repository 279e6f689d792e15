-- How much has been taken of the limits, and the secret from which keys of the instance are derived. Of the instance, not
-- of a workspace; only holdfast_app reaches them.
CREATE SCHEMA http;
GRANT USAGE ON SCHEMA http TO holdfast_app;

-- Unlogged: worth no write-ahead log, since it is old after hours. Half of each page stays free, so that an update finds
-- room beside the row and touches no index.
CREATE UNLOGGED TABLE http.limits (
  key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  -- In microseconds of Unix time.
  rest_at bigint NOT NULL,
  count int NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON http.limits TO holdfast_app;

CREATE TABLE http.secrets (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  secret bytea NOT NULL CHECK (octet_length(secret) = 32)
);
GRANT SELECT, INSERT ON http.secrets TO holdfast_app;

-- Takes one of each limit, or of none. Gives how long each would have to wait, in microseconds, 0 or below where it passes.
-- The formula is that of Gcra.cs, and a test holds the two together. Rows are locked in the order of their keys.
CREATE FUNCTION http.take(keys bytea[], bursts bigint[], intervals bigint[], caps bigint[], keeps bigint[], at bigint) RETURNS bigint[]
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  waits bigint[];
BEGIN
  -- The update changes nothing, but locks what is there and gives it back.
  WITH held AS (
    INSERT INTO http.limits AS l (key, rest_at, count) SELECT key, at, 0 FROM unnest(keys) AS given(key) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET count = l.count
    RETURNING l.key, l.rest_at, l.count)
  SELECT array_agg(CASE
      WHEN keep = 0 THEN greatest(rest_at, at) + step - burst * step - at
      WHEN rest_at <= at OR count < burst THEN 0
      ELSE rest_at - keep + least(cap, step << least(count - burst, 30)::int) - at END ORDER BY place)
  INTO waits
  FROM unnest(keys, bursts, intervals, caps, keeps) WITH ORDINALITY AS given(key, burst, step, cap, keep, place) JOIN held USING (key);
  IF (SELECT max(wait) <= 0 FROM unnest(waits) AS each(wait)) THEN
    UPDATE http.limits AS l SET
      rest_at = CASE WHEN keep = 0 THEN greatest(rest_at, at) + step ELSE at + keep END,
      count = CASE WHEN keep = 0 THEN 0 WHEN rest_at <= at THEN 1 ELSE count + 1 END
    FROM unnest(keys, intervals, keeps) AS given(key, step, keep) WHERE l.key = given.key;
  END IF;
  RETURN waits;
END $$;

-- Gives back the last one of each; of growing limits all, where they are to begin anew.
CREATE FUNCTION http.give_back(keys bytea[], intervals bigint[], growing boolean[], forget boolean) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM FROM http.limits WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  UPDATE http.limits AS l SET
    rest_at = CASE WHEN grows THEN rest_at ELSE rest_at - step END,
    count = CASE WHEN grows THEN greatest(0, count - 1) ELSE 0 END
  FROM unnest(keys, intervals, growing) AS given(key, step, grows) WHERE l.key = given.key AND NOT (grows AND forget);
  DELETE FROM http.limits AS l USING unnest(keys, growing) AS given(key, grows) WHERE l.key = given.key AND grows AND forget;
END $$;
