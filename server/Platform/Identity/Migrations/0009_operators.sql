-- Whoever has the machine makes others run the instance too (operator add). By signing up one does at most: the first.
ALTER TABLE identity.operators ADD COLUMN is_first boolean NOT NULL DEFAULT false;
UPDATE identity.operators SET is_first = true;
DROP INDEX identity.operators_one;
CREATE UNIQUE INDEX operators_first ON identity.operators (is_first) WHERE is_first;
GRANT DELETE ON identity.operators TO holdfast_app;
