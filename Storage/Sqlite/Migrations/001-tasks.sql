-- Times are microseconds since 1970; gpus are indexes separated by commas.
CREATE TABLE tasks (
    task_id TEXT NOT NULL PRIMARY KEY,
    task_type TEXT NOT NULL,
    priority INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    node_id TEXT,
    node_epoch INTEGER NOT NULL,
    gpus TEXT NOT NULL,
    gpu_count INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    gpu_type TEXT,
    submitted_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    requirements TEXT,
    payload TEXT,
    result TEXT,
    error TEXT,
    CHECK ((phase >= 3) = (completed_at IS NOT NULL))
);

CREATE INDEX tasks_active ON tasks (task_id) WHERE completed_at IS NULL;
CREATE INDEX tasks_ended ON tasks (completed_at, task_id) WHERE completed_at IS NOT NULL;

-- An epoch is unique over all pools, so the epoch alone says which scheduler wrote.
CREATE TABLE schedulers (
    pool TEXT NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL UNIQUE
);

CREATE TABLE nodes (
    node_id TEXT NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL,
    registration TEXT NOT NULL,
    registered_at INTEGER NOT NULL
);
