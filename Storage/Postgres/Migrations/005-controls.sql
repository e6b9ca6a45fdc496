-- What a task says beyond its needs, the GPU memory that it needs after it ran out of it, and its webhook. No index mentions a
-- column that assigning, starting or requeueing changes.
ALTER TABLE tasks
    ADD COLUMN memory_floor bigint NOT NULL DEFAULT 0,
    ADD COLUMN controls text,
    ADD COLUMN webhook_due timestamptz,
    ADD COLUMN webhook_attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN webhook_error text;

CREATE INDEX tasks_controls ON tasks USING gin ((controls::jsonb) jsonb_path_ops) WHERE controls IS NOT NULL;
CREATE INDEX tasks_webhooks_due ON tasks (webhook_due) WHERE webhook_due IS NOT NULL AND completed_at IS NOT NULL;
