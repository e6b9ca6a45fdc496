-- What the current attempt costs in an hour, how long the last one ran, and what each ended attempt cost where its node told a price.
-- Rows of costs are only added, one for an attempt, in the transaction that ends it.
ALTER TABLE tasks ADD COLUMN per_hour REAL NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN on_demand_per_hour REAL NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN ran_seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN tenure INTEGER NOT NULL DEFAULT 0;

CREATE TABLE attempt_costs (
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    node_id TEXT NOT NULL,
    tenure INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    seconds REAL NOT NULL,
    amount REAL NOT NULL,
    on_demand REAL NOT NULL,
    PRIMARY KEY (task_id, attempt)
);

CREATE INDEX attempt_costs_ended ON attempt_costs (ended_at);
