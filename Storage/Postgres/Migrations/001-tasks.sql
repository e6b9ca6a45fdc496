-- Fixed-width columns first: no padding between them. fillfactor leaves room on the page, so that assigning, starting and
-- requeueing a task rewrite the row without touching an index: no index may mention a column that these change, which is
-- why "active" is completed_at IS NULL here and not a condition on phase.
CREATE TABLE tasks (
    node_epoch bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    submitted_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    attempt integer NOT NULL,
    gpu_count integer NOT NULL,
    phase smallint NOT NULL,
    priority smallint NOT NULL,
    task_id text COLLATE "C" PRIMARY KEY,
    task_type text NOT NULL,
    node_id text,
    gpus integer[] NOT NULL,
    gpu_type text,
    requirements text,
    payload text,
    result text,
    error text,
    CONSTRAINT tasks_ended_have_an_end CHECK ((phase >= 3) = (completed_at IS NOT NULL))
) WITH (
    fillfactor = 70,
    -- Rows change three or four times within seconds and then never again: clean up little and often.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0.1,
    autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX tasks_active ON tasks (task_id) WHERE completed_at IS NULL;
CREATE INDEX tasks_ended ON tasks (completed_at, task_id) WHERE completed_at IS NOT NULL;

-- An epoch is unique over all pools, so the epoch alone says which scheduler wrote.
CREATE TABLE schedulers (
    pool text COLLATE "C" PRIMARY KEY,
    epoch bigint NOT NULL UNIQUE
);

CREATE TABLE nodes (
    node_id text COLLATE "C" PRIMARY KEY,
    epoch bigint NOT NULL,
    registration text NOT NULL,
    registered_at timestamptz NOT NULL
);
