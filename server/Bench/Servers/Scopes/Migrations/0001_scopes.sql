SELECT engine.record_table('bench.seats', $$
  member uuid NOT NULL,
  team uuid NOT NULL
$$);
CREATE INDEX ON bench.seats (workspace_id, member, team);

SELECT engine.record_table('bench.projects', $$
  team uuid
$$);
CREATE INDEX ON bench.projects (workspace_id, team);

SELECT engine.record_table('bench.stages', $$
  project uuid NOT NULL,
  team uuid,
  FOREIGN KEY (workspace_id, project) REFERENCES bench.projects
$$);
CREATE INDEX ON bench.stages (workspace_id, project);
CREATE INDEX ON bench.stages (workspace_id, team);

SELECT engine.record_table('bench.tasks', $$
  stage uuid NOT NULL,
  team uuid,
  FOREIGN KEY (workspace_id, stage) REFERENCES bench.stages
$$);
CREATE INDEX ON bench.tasks (workspace_id, stage);
CREATE INDEX ON bench.tasks (workspace_id, team);

SELECT engine.record_table('bench.steps', $$
  task uuid NOT NULL,
  team uuid,
  name text,
  FOREIGN KEY (workspace_id, task) REFERENCES bench.tasks
$$);
CREATE INDEX ON bench.steps (workspace_id, task);
CREATE INDEX ON bench.steps (workspace_id, team);
