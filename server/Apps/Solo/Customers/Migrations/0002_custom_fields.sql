ALTER TABLE solo.customers ADD COLUMN ext jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(ext) = 'object');
