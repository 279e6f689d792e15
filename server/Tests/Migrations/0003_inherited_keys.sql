CREATE TABLE reading.sheets (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  note uuid NOT NULL,
  talk uuid,
  title text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, note) REFERENCES reading.notes
);
SELECT engine.protect_records('reading.sheets');
CREATE INDEX ON reading.sheets (workspace_id, note);
CREATE INDEX ON reading.sheets (workspace_id, talk);

CREATE TABLE reading.marks (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  sheet uuid,
  talk uuid,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, sheet) REFERENCES reading.sheets
);
SELECT engine.protect_records('reading.marks');
CREATE INDEX ON reading.marks (workspace_id, sheet);
CREATE INDEX ON reading.marks (workspace_id, talk);

CREATE TABLE reading.comments (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  mark uuid NOT NULL,
  talk uuid,
  words text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, mark) REFERENCES reading.marks
);
SELECT engine.protect_records('reading.comments');
CREATE INDEX ON reading.comments (workspace_id, mark);
CREATE INDEX ON reading.comments (workspace_id, talk);
