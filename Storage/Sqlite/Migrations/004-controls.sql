-- What a task says beyond its needs, the GPU memory that it needs after it ran out of it, and its webhook.
ALTER TABLE tasks ADD COLUMN memory_floor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN controls TEXT;
ALTER TABLE tasks ADD COLUMN webhook_due INTEGER;
ALTER TABLE tasks ADD COLUMN webhook_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN webhook_error TEXT;

CREATE INDEX tasks_controls ON tasks (task_id) WHERE controls IS NOT NULL;
CREATE INDEX tasks_webhooks_due ON tasks (webhook_due) WHERE webhook_due IS NOT NULL AND completed_at IS NOT NULL;
