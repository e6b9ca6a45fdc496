using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class RequeueStatement : OrdinalStatement
{
    private const string Sql =
        """
        UPDATE tasks AS t
        SET phase = 0, started_at = NULL
        FROM unnest($1, $2) WITH ORDINALITY AS r (task_id, attempt, place)
        WHERE t.task_id = r.task_id AND t.phase IN (1, 2) AND t.attempt = r.attempt
        RETURNING r.place
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;

    public RequeueStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
    }

    protected override void Add(TaskOperation operation)
    {
        var requeue = (TaskOperation.Requeue)operation;
        _taskId.Add(requeue.TaskId);
        _attempt.Add(requeue.Attempt);
    }
}
