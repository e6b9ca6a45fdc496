using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class StartStatement : OrdinalStatement
{
    private const string Sql =
        """
        UPDATE tasks AS t
        SET phase = 2, started_at = s.started_at
        FROM unnest($1, $2, $3) WITH ORDINALITY AS s (task_id, attempt, started_at, place)
        WHERE t.task_id = s.task_id AND t.phase = 1 AND t.attempt = s.attempt
        RETURNING s.place
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<DateTime> _startedAt;

    public StartStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _startedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
    }

    protected override void Add(TaskOperation operation)
    {
        var start = (TaskOperation.Start)operation;
        _taskId.Add(start.TaskId);
        _attempt.Add(start.Attempt);
        _startedAt.Add(start.StartedAt.UtcDateTime);
    }
}
