using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class FinishStatement : EndingStatement
{
    private static readonly string Ran = Seconds("f.completed_at", "coalesce(f.started_at, t.started_at)");

    private static readonly string Sql =
        $"""
        WITH ended AS (
            UPDATE tasks AS t
            SET phase = f.phase, started_at = coalesce(f.started_at, t.started_at), completed_at = f.completed_at,
                result = f.result, error = f.error, failures = f.failures, losses = f.losses, crashes = f.crashes, memory_floor = f.memory_floor,
                ran_seconds = {Ran}, cost = t.cost + {Ran} * t.per_hour / 3600
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
                AS f (task_id, attempt, phase, started_at, completed_at, result, error, failures, losses, crashes, memory_floor, needed_epoch, place)
            WHERE t.task_id = f.task_id AND t.phase IN (1, 2) AND t.attempt = f.attempt AND {Leads("f")}
            RETURNING f.place, f.completed_at AS ended_at, {Returning}
        ){Book}
        SELECT e.place, {Charged} FROM ended AS e
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<short> _phase;
    private readonly List<DateTime?> _startedAt;
    private readonly List<DateTime> _completedAt;
    private readonly List<string?> _result;
    private readonly List<string?> _error;
    private readonly List<int> _failures;
    private readonly List<int> _losses;
    private readonly List<int> _crashes;
    private readonly List<long> _memoryFloor;
    private readonly List<long?> _neededEpoch;

    public FinishStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _phase = AddColumn<short>(NpgsqlDbType.Smallint);
        _startedAt = AddColumn<DateTime?>(NpgsqlDbType.TimestampTz);
        _completedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _result = AddColumn<string?>(NpgsqlDbType.Text);
        _error = AddColumn<string?>(NpgsqlDbType.Text);
        _failures = AddColumn<int>(NpgsqlDbType.Integer);
        _losses = AddColumn<int>(NpgsqlDbType.Integer);
        _crashes = AddColumn<int>(NpgsqlDbType.Integer);
        _memoryFloor = AddColumn<long>(NpgsqlDbType.Bigint);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
    }

    protected override void Add(TaskOperation operation)
    {
        var finish = (TaskOperation.Finish)operation;
        _taskId.Add(finish.TaskId);
        _attempt.Add(finish.Attempt);
        _phase.Add((short)finish.Phase);
        _startedAt.Add(finish.StartedAt?.UtcDateTime);
        _completedAt.Add(finish.CompletedAt.UtcDateTime);
        _result.Add(StoredText.Clean(finish.Result));
        _error.Add(StoredText.Clean(finish.Error));
        _failures.Add(finish.Retry.Failures);
        _losses.Add(finish.Retry.Losses);
        _crashes.Add(finish.Retry.Crashes);
        _memoryFloor.Add(finish.Retry.MemoryFloor);
        _neededEpoch.Add(finish.NeededEpoch);
    }
}
