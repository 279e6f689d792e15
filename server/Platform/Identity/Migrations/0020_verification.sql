-- A link can show as well that an address is a person's. One that whoever runs the instance hands over by word of mouth shows nothing.
ALTER TABLE identity.links
  DROP CONSTRAINT links_purpose_check,
  ADD CONSTRAINT links_purpose_check CHECK (purpose IN ('reset', 'verify')),
  ADD COLUMN by_mail boolean NOT NULL DEFAULT false;
