-- Nullable and without a default, so the table is not written anew.
ALTER TABLE solo.projects
  ADD COLUMN template boolean,
  ADD COLUMN spent_minutes bigint CHECK (spent_minutes BETWEEN 0 AND 9007199254740991),
  ADD COLUMN spent bigint,
  ADD COLUMN budget_level text CHECK (budget_level IN ('warn', 'alert'));
