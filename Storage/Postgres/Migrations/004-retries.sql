-- What a retry must know, what a repeated submit is compared with, and what an operator said of a node. No index mentions
-- a column that a retry changes, other than the error that a failure leaves anyway.
ALTER TABLE tasks
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN losses integer NOT NULL DEFAULT 0,
    ADD COLUMN max_attempts integer NOT NULL DEFAULT 3,
    ADD COLUMN not_before timestamptz,
    ADD COLUMN request_hash text;

CREATE INDEX tasks_ended_badly ON tasks (completed_at, task_id) WHERE completed_at IS NOT NULL AND error IS NOT NULL;

ALTER TABLE nodes
    ADD COLUMN cordoned boolean NOT NULL DEFAULT false,
    ADD COLUMN drain_deadline timestamptz;
