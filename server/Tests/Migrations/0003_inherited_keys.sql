SELECT engine.record_table('reading.sheets', $$
  note uuid NOT NULL,
  talk uuid,
  title text,
  FOREIGN KEY (workspace_id, note) REFERENCES reading.notes
$$);
CREATE INDEX ON reading.sheets (workspace_id, note);
CREATE INDEX ON reading.sheets (workspace_id, talk);

SELECT engine.record_table('reading.marks', $$
  sheet uuid,
  talk uuid,
  FOREIGN KEY (workspace_id, sheet) REFERENCES reading.sheets
$$);
CREATE INDEX ON reading.marks (workspace_id, sheet);
CREATE INDEX ON reading.marks (workspace_id, talk);

SELECT engine.record_table('reading.comments', $$
  mark uuid NOT NULL,
  talk uuid,
  words text,
  FOREIGN KEY (workspace_id, mark) REFERENCES reading.marks
$$);
CREATE INDEX ON reading.comments (workspace_id, mark);
CREATE INDEX ON reading.comments (workspace_id, talk);
