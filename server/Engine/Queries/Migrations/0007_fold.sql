-- How text is compared where people search and sort: whatever its case, accents and vowel marks. Written as one
-- expression, so that PostgreSQL takes it into the query; it depends on no database's own locale, so that it gives one
-- answer everywhere and may be indexed. Capitals of Unicode need a locale's table: PostgreSQL's own from 17 on,
-- before that ICU's.
DO $$
DECLARE
  locale text := CASE
    WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'pg_c_utf8' AND collnamespace = 'pg_catalog'::regnamespace) THEN 'pg_catalog.pg_c_utf8'
    WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu' AND collnamespace = 'pg_catalog'::regnamespace) THEN 'pg_catalog."und-x-icu"'
    ELSE 'pg_catalog."default"'
  END;
BEGIN
  EXECUTE format($define$
    CREATE FUNCTION engine.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
      WHEN octet_length(value) = char_length(value) THEN lower(value COLLATE "C")
      ELSE replace(replace(replace(translate(lower(regexp_replace(normalize(value, NFD) COLLATE "C",
        '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]', '', 'g') COLLATE %s),
        'øłđħıς', 'oldhiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe') COLLATE "C"
    END
  $define$, locale);
END $$;
