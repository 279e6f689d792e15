-- An invite can be for one address alone, and make someone a moderator.
ALTER TABLE workspaces.invites
  ADD COLUMN email text CHECK (char_length(email) BETWEEN 1 AND 254),
  DROP CONSTRAINT invites_role_check,
  ADD CONSTRAINT invites_role_check CHECK (role IN ('owner', 'admin', 'moderator', 'member', 'viewer'));
