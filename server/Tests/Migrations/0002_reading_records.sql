CREATE SCHEMA reading;

CREATE TABLE reading.clients (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  name text NOT NULL,
  rate text,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.clients');
CREATE INDEX ON reading.clients (workspace_id, name);

CREATE TABLE reading.talks (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  topic text,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.talks');

CREATE TABLE reading.notes (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  talk uuid,
  words text,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.notes');
CREATE INDEX ON reading.notes (workspace_id, talk);

CREATE TABLE reading.devices (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  party uuid,
  name text,
  hits bigint,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.devices');
CREATE INDEX ON reading.devices (workspace_id, party);

CREATE TABLE reading.assignments (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  team uuid,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.assignments');
CREATE INDEX ON reading.assignments (workspace_id, team);

CREATE TABLE reading.participations (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  member uuid NOT NULL,
  talk uuid NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.participations');
CREATE INDEX ON reading.participations (workspace_id, member, talk);
CREATE INDEX ON reading.participations (workspace_id, talk);

CREATE TABLE reading.team_members (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  member uuid NOT NULL,
  team uuid NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
SELECT engine.protect_records('reading.team_members');
CREATE INDEX ON reading.team_members (workspace_id, member, team);
