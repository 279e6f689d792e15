-- Who wants to sign up and has yet to show that the address is his. All that is needed for it stands here, so that a known and
-- an unknown address cost the same statement.
CREATE TABLE identity.sign_ups (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
  email_key text NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  language text NOT NULL,
  secret text NOT NULL,
  -- What he wants: to found a workspace, or to join one by an invite.
  founds text CHECK (char_length(founds) BETWEEN 1 AND 100),
  joins uuid,
  invite_hash bytea CHECK (octet_length(invite_hash) = 32),
  -- Of the link, once it is sent.
  token_hash bytea UNIQUE CHECK (octet_length(token_hash) = 32),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CHECK ((founds IS NULL) = (joins IS NOT NULL)),
  CHECK ((joins IS NULL) = (invite_hash IS NULL))
);
CREATE INDEX sign_ups_email ON identity.sign_ups (email_key, created_at);
CREATE INDEX sign_ups_expired ON identity.sign_ups (expires_at);
GRANT SELECT, INSERT, DELETE, UPDATE (token_hash) ON identity.sign_ups TO holdfast_app;

-- The link by which the first person signs up. The start prints it; there is one, and none once somebody is there.
CREATE TABLE identity.first_link (
  is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32)
);
GRANT SELECT, INSERT, DELETE, UPDATE (token_hash) ON identity.first_link TO holdfast_app;

-- When the person has shown that the address is his.
ALTER TABLE identity.users ADD COLUMN verified_at timestamptz;
GRANT UPDATE (verified_at) ON identity.users TO holdfast_app;

-- The link of an invite that was sent by mail. Whoever comes by it holds the address, and whoever was handed the other one may not.
ALTER TABLE workspaces.invites
  ADD COLUMN mail_hash bytea CHECK (octet_length(mail_hash) = 32),
  ADD CHECK (mail_hash IS NULL OR email IS NOT NULL);
CREATE UNIQUE INDEX invites_mail ON workspaces.invites (workspace_id, mail_hash) WHERE mail_hash IS NOT NULL;
