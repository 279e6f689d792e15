-- Who asked, as the server knows a client address; nobody can tell which one it was. One caller has one wish for an address that waits.
ALTER TABLE identity.sign_ups ADD COLUMN asked_by text NOT NULL DEFAULT '' CHECK (char_length(asked_by) <= 64);
ALTER TABLE identity.sign_ups ALTER COLUMN asked_by DROP DEFAULT;
