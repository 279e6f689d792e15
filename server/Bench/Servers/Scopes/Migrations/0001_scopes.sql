CREATE SCHEMA bench;

CREATE TABLE bench.seats (
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
SELECT engine.protect_records('bench.seats');
CREATE INDEX ON bench.seats (workspace_id, member, team);

CREATE TABLE bench.projects (
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
SELECT engine.protect_records('bench.projects');
CREATE INDEX ON bench.projects (workspace_id, team);

CREATE TABLE bench.stages (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  project uuid NOT NULL,
  team uuid,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, project) REFERENCES bench.projects
);
SELECT engine.protect_records('bench.stages');
CREATE INDEX ON bench.stages (workspace_id, project);
CREATE INDEX ON bench.stages (workspace_id, team);

CREATE TABLE bench.tasks (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  stage uuid NOT NULL,
  team uuid,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, stage) REFERENCES bench.stages
);
SELECT engine.protect_records('bench.tasks');
CREATE INDEX ON bench.tasks (workspace_id, stage);
CREATE INDEX ON bench.tasks (workspace_id, team);

CREATE TABLE bench.steps (
  workspace_id uuid NOT NULL REFERENCES engine.workspaces,
  id uuid NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  task uuid NOT NULL,
  team uuid,
  name text,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, task) REFERENCES bench.tasks
);
SELECT engine.protect_records('bench.steps');
CREATE INDEX ON bench.steps (workspace_id, task);
CREATE INDEX ON bench.steps (workspace_id, team);
