using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class CancelStatement : EndingStatement
{
    // An update returns the row as it is after; the lock holds the row as it was until the update of the same statement.
    // Of two cancels of one task in a group, the first counts; of two schedulers', the one of whom leads.
    private static readonly string Sql =
        $"""
        WITH before AS MATERIALIZED (
            SELECT {PostgresTaskRow.Columns}, c.place, c.ended_at, c.reason, t.tenure, t.per_hour, t.on_demand_per_hour,
                CASE WHEN t.phase IN (1, 2) THEN {Seconds("c.ended_at", "t.started_at")} ELSE 0 END AS ran_seconds
            FROM unnest($1, $2, $3, $4, $5) AS c (task_id, ended_at, reason, needed_epoch, place)
            JOIN tasks AS t ON t.task_id = c.task_id
            WHERE t.completed_at IS NULL AND {Leads("c")}
            FOR UPDATE OF t
        ), ended AS (
            UPDATE tasks AS t
            SET phase = 5, completed_at = b.ended_at, error = b.reason, ran_seconds = b.ran_seconds, cost = t.cost + b.ran_seconds * b.per_hour / 3600
            FROM before AS b
            WHERE t.task_id = b.task_id
            RETURNING b.ended_at, {Returning}
        ){Book}
        SELECT e.place, {Charged}, {PostgresTaskRow.ColumnsOf("e")} FROM before AS e
        """;

    private readonly List<string> _taskId;
    private readonly List<DateTime> _completedAt;
    private readonly List<string?> _reason;
    private readonly List<long?> _neededEpoch;
    private readonly List<long> _place;
    private int _next;

    public CancelStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _completedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _reason = AddColumn<string?>(NpgsqlDbType.Text);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
        _place = AddColumn<long>(NpgsqlDbType.Bigint);
    }

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations)
        => base.Outcome(reader, operations) with { Row = PostgresTaskRow.Read(reader, first: 3) };

    protected override void Add(TaskOperation operation)
    {
        if (_place.Count == 0)
        {
            _next = 0;
        }

        _next++;
        if (_taskId.Count > 0 && _taskId[^1] == operation.TaskId && _neededEpoch[^1] == operation.NeededEpoch)
        {
            return;
        }

        var cancel = (TaskOperation.Cancel)operation;
        _taskId.Add(cancel.TaskId);
        _completedAt.Add(cancel.CompletedAt.UtcDateTime);
        _reason.Add(StoredText.Clean(cancel.Reason));
        _neededEpoch.Add(operation.NeededEpoch);
        _place.Add(_next);
    }
}
