-- What the current attempt costs in an hour, how long the last one ran, and what each ended attempt cost where its node told a price.
-- Rows of costs are only added, one for an attempt, in the transaction that ends it.
ALTER TABLE tasks
    ADD COLUMN per_hour double precision NOT NULL DEFAULT 0,
    ADD COLUMN on_demand_per_hour double precision NOT NULL DEFAULT 0,
    ADD COLUMN ran_seconds double precision NOT NULL DEFAULT 0,
    ADD COLUMN tenure smallint NOT NULL DEFAULT 0;

CREATE TABLE attempt_costs (
    ended_at timestamptz NOT NULL,
    seconds double precision NOT NULL,
    amount double precision NOT NULL,
    on_demand double precision NOT NULL,
    attempt integer NOT NULL,
    tenure smallint NOT NULL,
    task_id text COLLATE "C" NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (task_id, attempt)
);

CREATE INDEX attempt_costs_ended ON attempt_costs (ended_at);
