using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class PardonStatement : OrdinalStatement
{
    private static readonly string Sql =
        $"""
        UPDATE tasks AS t
        SET crashes = p.crashes
        FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS p (task_id, attempt, crashes, needed_epoch, place)
        WHERE t.task_id = p.task_id AND ((t.phase = 0 AND t.attempt = p.attempt) OR (t.phase IN (1, 2) AND t.attempt = p.attempt + 1)) AND {Leads("p")}
        RETURNING p.place
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<int> _crashes;
    private readonly List<long?> _neededEpoch;

    public PardonStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _crashes = AddColumn<int>(NpgsqlDbType.Integer);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
    }

    protected override void Add(TaskOperation operation)
    {
        var pardon = (TaskOperation.Pardon)operation;
        _taskId.Add(pardon.TaskId);
        _attempt.Add(pardon.Attempt);
        _crashes.Add(pardon.Crashes);
        _neededEpoch.Add(pardon.NeededEpoch);
    }
}
