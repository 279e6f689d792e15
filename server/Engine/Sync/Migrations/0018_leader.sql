-- Under which number a tab last spoke for the browser. A tab that was frozen and replaced has a lower one.
ALTER TABLE engine.browsers ADD COLUMN leader bigint NOT NULL DEFAULT 0;
