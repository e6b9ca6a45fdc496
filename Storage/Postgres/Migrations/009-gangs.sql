-- The nodes of a task that runs on several at once, by rank, and a bit for each member of the current attempt that has not ended well.
ALTER TABLE tasks
    ADD COLUMN members text,
    ADD COLUMN members_open bigint NOT NULL DEFAULT 0;
