-- How many nodes died while the task ran on them, each of which is a loss too.
ALTER TABLE tasks ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
