using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class GiveUpStatement : OrdinalStatement
{
    private static readonly string Sql =
        $"""
        UPDATE tasks AS t
        SET phase = 4, completed_at = g.completed_at, error = g.error
        FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS g (task_id, attempt, completed_at, error, needed_epoch, place)
        WHERE t.task_id = g.task_id AND t.phase = 0 AND t.attempt = g.attempt AND {Leads("g")}
        RETURNING g.place
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<DateTime> _completedAt;
    private readonly List<string?> _error;
    private readonly List<long?> _neededEpoch;

    public GiveUpStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _completedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _error = AddColumn<string?>(NpgsqlDbType.Text);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
    }

    protected override void Add(TaskOperation operation)
    {
        var giveUp = (TaskOperation.GiveUp)operation;
        _taskId.Add(giveUp.TaskId);
        _attempt.Add(giveUp.Attempt);
        _completedAt.Add(giveUp.CompletedAt.UtcDateTime);
        _error.Add(StoredText.Clean(giveUp.Error));
        _neededEpoch.Add(giveUp.NeededEpoch);
    }
}
