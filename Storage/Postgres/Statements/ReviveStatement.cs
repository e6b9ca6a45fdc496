using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class ReviveStatement : OrdinalStatement
{
    private static readonly string Sql =
        $"""
        UPDATE tasks AS t
        SET phase = 0, failures = 0, losses = 0, crashes = 0, memory_floor = 0, not_before = r.not_before, started_at = NULL, completed_at = NULL,
            result = NULL, error = NULL, webhook_attempts = 0, webhook_error = NULL,
            webhook_due = CASE WHEN t.webhook_attempts > 0 OR t.webhook_due IS NOT NULL THEN r.not_before END
        FROM unnest($1, $2, $3) WITH ORDINALITY AS r (task_id, not_before, needed_epoch, place)
        WHERE t.task_id = r.task_id AND t.phase = 4 AND {Leads("r")}
        RETURNING r.place, {PostgresTaskRow.Columns}
        """;

    private readonly List<string> _taskId;
    private readonly List<DateTime> _notBefore;
    private readonly List<long?> _neededEpoch;

    public ReviveStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _notBefore = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _neededEpoch = AddColumn<long?>(NpgsqlDbType.Bigint);
    }

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) =>
        new(true, PostgresTaskRow.Read(reader, first: 1));

    protected override void Add(TaskOperation operation)
    {
        var revive = (TaskOperation.Revive)operation;
        _taskId.Add(revive.TaskId);
        _notBefore.Add(revive.NotBefore.UtcDateTime);
        _neededEpoch.Add(revive.NeededEpoch);
    }
}
