using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class ReviveStatement : OrdinalStatement
{
    private const string Sql =
        $"""
        UPDATE tasks AS t
        SET phase = 0, failures = 0, losses = 0, started_at = NULL, completed_at = NULL, result = NULL, error = NULL
        FROM unnest($1) WITH ORDINALITY AS r (task_id, place)
        WHERE t.task_id = r.task_id AND t.phase = 4
        RETURNING r.place, {PostgresTaskRow.Columns}
        """;

    private readonly List<string> _taskId;

    public ReviveStatement()
        : base(Sql) => _taskId = AddColumn<string>(NpgsqlDbType.Text);

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) =>
        new(true, PostgresTaskRow.Read(reader, first: 1));

    protected override void Add(TaskOperation operation) => _taskId.Add(operation.TaskId);
}
