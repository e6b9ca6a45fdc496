-- What a retry must know, what a repeated submit is compared with, and what an operator said of a node.
ALTER TABLE tasks ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN max_attempts INTEGER NOT NULL DEFAULT 3;
ALTER TABLE tasks ADD COLUMN not_before INTEGER;
ALTER TABLE tasks ADD COLUMN request_hash TEXT;

CREATE INDEX tasks_ended_badly ON tasks (completed_at, task_id) WHERE completed_at IS NOT NULL AND error IS NOT NULL;

ALTER TABLE nodes ADD COLUMN cordoned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN drain_deadline INTEGER;
