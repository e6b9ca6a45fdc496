-- The pool whose scheduler places a task, NULL for the default one, and what its attempts cost so far.
ALTER TABLE tasks ADD COLUMN pool TEXT;
ALTER TABLE tasks ADD COLUMN cost REAL NOT NULL DEFAULT 0;
