-- The tokens that requests of this session may bear next, as hashes, the newest last. Each counts once.
ALTER TABLE identity.sessions ADD COLUMN csrf bytea[] NOT NULL DEFAULT '{}' CHECK (cardinality(csrf) <= 16);
GRANT UPDATE (csrf) ON identity.sessions TO holdfast_app;
