using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class RequeueStatement : EndingStatement
{
    private static readonly string Ran = Seconds("r.ended_at", "coalesce(r.started_at, t.started_at)");

    private static readonly string Sql =
        $"""
        WITH ended AS (
            UPDATE tasks AS t
            SET phase = 0, started_at = NULL, failures = r.failures, losses = r.losses, crashes = coalesce(r.crashes, t.crashes), not_before = r.not_before,
                memory_floor = r.memory_floor, error = coalesce(r.error, t.error),
                ran_seconds = {Ran}, cost = t.cost + {Ran} * t.per_hour / 3600,
                attained_gpu_s = t.attained_gpu_s + {Ran} * greatest(1, cardinality(t.gpus)) * coalesce(json_array_length(t.members::json), 1)
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
                AS r (task_id, attempt, node_id, failures, losses, crashes, memory_floor, not_before, error, ended_at, started_at, needed_epoch, place)
            WHERE t.task_id = r.task_id AND t.phase IN (1, 2) AND t.attempt = r.attempt AND t.node_id = r.node_id AND {Leads("r")}
            RETURNING r.place, r.ended_at, {Returning}
        ){Book}
        SELECT e.place, {Charged} FROM ended AS e
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<string> _nodeId;
    private readonly List<int> _failures;
    private readonly List<int> _losses;
    private readonly List<int?> _crashes;
    private readonly List<long> _memoryFloor;
    private readonly List<DateTime?> _notBefore;
    private readonly List<string?> _error;
    private readonly List<DateTime> _endedAt;
    private readonly List<DateTime?> _startedAt;
    private readonly List<long?> _neededEpoch;

    public RequeueStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _nodeId = AddColumn<string>(NpgsqlDbType.Text);
        _failures = AddColumn<int>(NpgsqlDbType.Integer);
        _losses = AddColumn<int>(NpgsqlDbType.Integer);
        _crashes = AddColumn<int?>(NpgsqlDbType.Integer);
        _memoryFloor = AddColumn<long>(NpgsqlDbType.Bigint);
        _notBefore = AddColumn<DateTime?>(NpgsqlDbType.TimestampTz);
        _error = AddColumn<string?>(NpgsqlDbType.Text);
        _endedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _startedAt = AddColumn<DateTime?>(NpgsqlDbType.TimestampTz);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
    }

    protected override void Add(TaskOperation operation)
    {
        var requeue = (TaskOperation.Requeue)operation;
        _taskId.Add(requeue.TaskId);
        _attempt.Add(requeue.Attempt);
        _nodeId.Add(requeue.NodeId);
        _failures.Add(requeue.Retry.Failures);
        _losses.Add(requeue.Retry.Losses);
        _crashes.Add(requeue.Crashes);
        _memoryFloor.Add(requeue.Retry.MemoryFloor);
        _notBefore.Add(requeue.NotBefore?.UtcDateTime);
        _error.Add(StoredText.Clean(requeue.Error));
        _endedAt.Add(requeue.EndedAt.UtcDateTime);
        _startedAt.Add(requeue.StartedAt?.UtcDateTime);
        _neededEpoch.Add(requeue.NeededEpoch);
    }
}
