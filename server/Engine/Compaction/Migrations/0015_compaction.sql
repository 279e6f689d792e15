-- Up to where a workspace's log was compacted, and the entry that says so. Below that place the log holds images: each
-- record as it stood there, at the place of its version. What only led there is gone.
CREATE TABLE engine.bases (
  workspace_id uuid PRIMARY KEY REFERENCES engine.workspaces,
  seq bigint NOT NULL CHECK (seq > 0),
  entry bigint NOT NULL CHECK (entry > seq),
  made_at timestamptz NOT NULL
);
SELECT engine.protect('engine.bases');

-- Of the entry that tells of a compaction: up to where, the digest of all rows up to there, and the digest of the entry
-- that stood there, on which the chain goes on.
ALTER TABLE engine.log ADD COLUMN base jsonb;

-- Puts images in the place of entries and takes the others away. It runs as the owner of the log, because nobody else may
-- update or delete there; in the workspace that is set, below the place that is named, and nothing younger than 90 days,
-- whatever the caller believes the time to be. It trusts its caller for the images and their digests; verification
-- compares them with the entry that tells of it.
-- What the caller has read must still hold: nobody else compacted, and nothing was erased since.
CREATE FUNCTION engine.compact(
  old_base bigint, up_to bigint, read_to bigint, told_by bigint, gone bigint[],
  seqs bigint[], schemas int[], images text[], new_salts bytea[], new_digests bytea[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  workspace uuid := current_setting('holdfast.workspace')::uuid;
BEGIN
  IF coalesce((SELECT b.seq FROM engine.bases b WHERE b.workspace_id = workspace), 0) <> old_base THEN
    RAISE EXCEPTION 'the log was compacted by another process meanwhile';
  END IF;
  IF EXISTS (SELECT FROM engine.log l WHERE l.workspace_id = workspace AND l.seq > read_to AND l.erasures IS NOT NULL) THEN
    RAISE EXCEPTION 'values were erased meanwhile';
  END IF;
  IF NOT EXISTS (SELECT FROM engine.log l WHERE l.workspace_id = workspace AND l.seq = told_by AND (l.base ->> 'upTo')::bigint = up_to) THEN
    RAISE EXCEPTION 'entry % does not tell of it', told_by;
  END IF;
  IF up_to <= old_base OR NOT EXISTS (SELECT FROM engine.log l WHERE l.workspace_id = workspace AND l.seq = up_to AND l.at < clock_timestamp() - interval '90 days') THEN
    RAISE EXCEPTION 'entry % is not old enough', up_to;
  END IF;
  IF EXISTS (SELECT FROM unnest(gone || seqs) AS u(seq) WHERE u.seq > up_to) THEN
    RAISE EXCEPTION 'an entry above % is not to be touched', up_to;
  END IF;
  UPDATE engine.log l SET schema = row.schema, changes = row.images::jsonb, salts = row.salts, digest = row.digest, base = NULL
  FROM unnest(seqs, schemas, images, new_salts, new_digests) AS row(seq, schema, images, salts, digest)
  WHERE l.workspace_id = workspace AND l.seq = row.seq;
  DELETE FROM engine.log l WHERE l.workspace_id = workspace AND l.seq = ANY(gone);
  -- A tombstone holds what its entry does, in the same shape.
  UPDATE engine.tombstones t SET before = c.change -> 'before', schema = l.schema
  FROM engine.log l, jsonb_array_elements(l.changes) AS c(change)
  WHERE l.workspace_id = workspace AND l.seq = ANY(seqs) AND c.change ->> 'kind' = 'delete' AND t.workspace_id = workspace
    AND t.type = c.change ->> 'type' AND t.record_id = (c.change ->> 'id')::uuid AND t.version = l.seq AND t.schema <> l.schema;
  INSERT INTO engine.bases (workspace_id, seq, entry, made_at) VALUES (workspace, up_to, told_by, clock_timestamp())
  ON CONFLICT (workspace_id) DO UPDATE SET seq = excluded.seq, entry = excluded.entry, made_at = excluded.made_at;
END $$;
REVOKE ALL ON FUNCTION engine.compact(bigint, bigint, bigint, bigint, bigint[], bigint[], int[], text[], bytea[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION engine.compact(bigint, bigint, bigint, bigint, bigint[], bigint[], int[], text[], bytea[], bytea[]) TO holdfast_writer;

-- How far the log was looked through for values of fields that it keeps for so many days and no longer.
CREATE TABLE engine.field_lives (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  days int NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (workspace_id, days)
);
SELECT engine.protect('engine.field_lives');
GRANT INSERT, UPDATE ON engine.field_lives TO holdfast_app, holdfast_writer;
