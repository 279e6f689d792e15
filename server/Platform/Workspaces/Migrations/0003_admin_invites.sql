-- Admins can be invited too. A guest is not: he needs a party, which an invite does not name yet.
ALTER TABLE workspaces.invites
  DROP CONSTRAINT invites_role_check,
  ADD CONSTRAINT invites_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer'));
