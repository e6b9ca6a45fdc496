-- The pool whose scheduler places a task, NULL for the default one, and what its attempts cost so far.
ALTER TABLE tasks
    ADD COLUMN pool text COLLATE "C",
    ADD COLUMN cost double precision NOT NULL DEFAULT 0;
