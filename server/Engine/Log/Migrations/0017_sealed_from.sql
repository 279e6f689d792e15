-- From which entry on a workspace's log must have digests: a log whose digests were all taken away looks otherwise like
-- one from before there were any. Of a new workspace that is the first.
ALTER TABLE engine.workspaces ADD COLUMN sealed_from bigint NOT NULL DEFAULT 1 CHECK (sealed_from > 0);

-- The owner looks at all workspaces at once, which the policies forbid him elsewhere.
ALTER TABLE engine.workspaces NO FORCE ROW LEVEL SECURITY;
ALTER TABLE engine.log NO FORCE ROW LEVEL SECURITY;
UPDATE engine.workspaces w SET sealed_from = sealed.seq
FROM engine.workspaces named
CROSS JOIN LATERAL (
  SELECT coalesce(
    (SELECT seq FROM engine.log WHERE workspace_id = named.workspace_id AND digest IS NOT NULL ORDER BY seq LIMIT 1),
    (SELECT seq + 1 FROM engine.log WHERE workspace_id = named.workspace_id ORDER BY seq DESC LIMIT 1)) AS seq
) sealed
WHERE w.workspace_id = named.workspace_id AND sealed.seq > 1;
ALTER TABLE engine.workspaces FORCE ROW LEVEL SECURITY;
ALTER TABLE engine.log FORCE ROW LEVEL SECURITY;

-- Once it stands, nobody of the product moves it.
REVOKE UPDATE ON engine.workspaces FROM holdfast_app;
GRANT UPDATE (epoch) ON engine.workspaces TO holdfast_app;
