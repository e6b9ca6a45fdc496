using Aurora.Scheduling.Cost;
using Microsoft.Data.Sqlite;
using static Microsoft.Data.Sqlite.SqliteType;

namespace Aurora.Storage.Sqlite;

/// <summary>Applies operations one by one inside the writer's transaction, which nobody else can write beside.</summary>
internal sealed class SqliteOperations(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _insert = new(
        connection,
        $"""
        INSERT INTO tasks ({SqliteTaskRow.Columns}, {SqliteTaskRow.Texts}, tenure, per_hour, on_demand_per_hour)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, 0, 0, $14, NULL, $15, 0, $16, $18, 0, 0, NULL, 0, 0, $12, $13, NULL, NULL, $17, 0, NULL, $19, $20, $21)
        ON CONFLICT DO NOTHING
        """,
        Text, Text, Integer, Integer, Integer, Text, Integer, Text, Integer, Integer, Text, Integer, Text, Text, Integer, Text, Text, Integer, Text, Integer, Real, Real);

    private readonly SqliteStatement _assign = new(
        connection,
        $"""
        UPDATE tasks SET phase = 1, attempt = $1, node_id = $2, node_epoch = $3, gpus = $4, started_at = NULL, not_before = NULL,
            tenure = $5, per_hour = $6, on_demand_per_hour = $7
        WHERE task_id = $0 AND phase = 0 AND attempt = $1 - 1
        RETURNING {SqliteTaskRow.Columns}, {SqliteTaskRow.Texts}
        """,
        Text, Integer, Text, Integer, Text, Integer, Real, Real);

    private readonly SqliteStatement _assignGang = new(
        connection,
        $"""
        UPDATE tasks SET phase = 1, attempt = $1, node_id = $2, node_epoch = $3, gpus = $4, started_at = NULL, not_before = NULL,
            tenure = $5, per_hour = $6, on_demand_per_hour = $7, members = $8, members_open = $9
        WHERE task_id = $0 AND phase = 0 AND attempt = $1 - 1
        RETURNING {SqliteTaskRow.Columns}, {SqliteTaskRow.Texts}
        """,
        Text, Integer, Text, Integer, Text, Integer, Real, Real, Text, Integer);

    private readonly SqliteStatement _endMember = new(
        connection,
        """
        UPDATE tasks SET phase = 2, members_open = members_open & ~$2, started_at = coalesce(started_at, $3), result = coalesce($4, result)
        WHERE task_id = $0 AND phase IN (1, 2) AND attempt = $1 AND members IS NOT NULL
        RETURNING members_open
        """,
        Text, Integer, Integer, Integer, Text);

    private readonly SqliteStatement _completeGang = new(
        connection,
        $"""
        UPDATE tasks SET {SqliteCharges.UntilOf("$1")}, phase = 3, completed_at = $1, error = NULL
        WHERE task_id = $0
        {SqliteCharges.Returning}
        """,
        Text, Integer);

    private readonly SqliteStatement _start = new(
        connection, "UPDATE tasks SET phase = 2, started_at = $2 WHERE task_id = $0 AND phase = 1 AND attempt = $1", Text, Integer, Integer);

    private readonly SqliteStatement _finish = new(
        connection,
        $"""
        UPDATE tasks SET phase = $2, started_at = coalesce($3, started_at), completed_at = $4, result = $5, error = $6,
            failures = $7, losses = $8, memory_floor = $9, crashes = $10, {SqliteCharges.UntilOf("$4", startedAt: "$3")}
        WHERE task_id = $0 AND phase IN (1, 2) AND attempt = $1
        {SqliteCharges.Returning}
        """,
        Text, Integer, Integer, Integer, Integer, Text, Text, Integer, Integer, Integer, Integer);

    private readonly SqliteStatement _requeue = new(
        connection,
        $"""
        UPDATE tasks SET phase = 0, started_at = NULL, failures = $2, losses = $3, crashes = coalesce($10, crashes), not_before = $4, error = coalesce($5, error),
            memory_floor = $7, {SqliteCharges.UntilOf("$8", startedAt: "$9")}, {SqliteCharges.AttainedUntil("$8", startedAt: "$9")}
        WHERE task_id = $0 AND phase IN (1, 2) AND attempt = $1 AND node_id = $6
        {SqliteCharges.Returning}
        """,
        Text, Integer, Integer, Integer, Integer, Text, Text, Integer, Integer, Integer, Integer);

    private readonly SqliteStatement _giveUp = new(
        connection,
        "UPDATE tasks SET phase = 4, completed_at = $2, error = $3 WHERE task_id = $0 AND phase = 0 AND attempt = $1",
        Text, Integer, Integer, Text);

    private readonly SqliteStatement _active = new(
        connection, $"SELECT {SqliteTaskRow.Columns} FROM tasks WHERE task_id = $0 AND completed_at IS NULL", Text);

    private readonly SqliteStatement _cancel = new(
        connection,
        $"""
        UPDATE tasks SET completed_at = $1, error = $2, {SqliteCharges.UntilOf("$1")}, phase = 5
        WHERE task_id = $0
        {SqliteCharges.Returning}
        """,
        Text, Integer, Text);

    private readonly SqliteCharges _charges = new(connection);

    private readonly SqliteStatement _revive = new(
        connection,
        $"""
        UPDATE tasks
        SET phase = 0, failures = 0, losses = 0, crashes = 0, memory_floor = 0, not_before = $1, started_at = NULL, completed_at = NULL,
            result = NULL, error = NULL, webhook_attempts = 0, webhook_error = NULL,
            webhook_due = CASE WHEN webhook_attempts > 0 OR webhook_due IS NOT NULL THEN $1 END
        WHERE task_id = $0 AND phase = 4
        RETURNING {SqliteTaskRow.Columns}
        """,
        Text, Integer);

    private readonly SqliteStatement _pardon = new(
        connection,
        "UPDATE tasks SET crashes = $2 WHERE task_id = $0 AND ((phase = 0 AND attempt = $1) OR (phase IN (1, 2) AND attempt = $1 + 1))",
        Text, Integer, Integer);

    /// <param name="operation">What to do. The epoch that it needs is a scheduler's.</param>
    public OperationOutcome Apply(TaskOperation operation) => operation switch
    {
        TaskOperation.Insert insert => Apply(insert.Row, insert.Price),
        TaskOperation.Assign assign => Apply(assign),
        TaskOperation.AssignGang assign => Apply(assign),
        TaskOperation.EndMember end => Apply(end),
        TaskOperation.Start start => new(_start
            .Set(0, start.TaskId).Set(1, start.Attempt).Set(2, SqliteTaskRow.Time(start.StartedAt)).Execute()),
        TaskOperation.Finish finish => Apply(finish),
        TaskOperation.Requeue requeue => Apply(requeue),
        TaskOperation.GiveUp giveUp => new(_giveUp
            .Set(0, giveUp.TaskId).Set(1, giveUp.Attempt).Set(2, SqliteTaskRow.Time(giveUp.CompletedAt)).Set(3, StoredText.Clean(giveUp.Error)).Execute()),
        TaskOperation.Revive revive => Apply(revive),
        TaskOperation.Pardon pardon => new(_pardon.Set(0, pardon.TaskId).Set(1, pardon.Attempt).Set(2, pardon.Crashes).Execute()),
        TaskOperation.Cancel cancel => Apply(cancel),
        _ => throw new ArgumentException($"{operation.GetType().Name} is not a known operation.", nameof(operation)),
    };

    public void Dispose()
    {
        foreach (var statement in new[] { _insert, _assign, _assignGang, _start, _finish, _endMember, _completeGang, _requeue, _giveUp, _active, _cancel, _revive, _pardon })
        {
            statement.Dispose();
        }

        _charges.Dispose();
    }

    private OperationOutcome Apply(TaskRow row, AttemptPrice price) => new(_insert
        .Set(0, row.TaskId).Set(1, StoredText.Clean(row.TaskType)).Set(2, row.Priority).Set(3, (long)row.Phase)
        .Set(4, row.Attempt).Set(5, row.NodeId).Set(6, row.NodeEpoch).Set(7, SqliteTaskRow.Gpus(row.Gpus))
        .Set(8, row.GpuCount).Set(9, row.MemoryBytes).Set(10, StoredText.Clean(row.GpuType))
        .Set(11, SqliteTaskRow.Time(row.SubmittedAt)).Set(12, StoredText.Clean(row.Requirements))
        .Set(13, StoredText.Clean(row.Payload)).Set(14, row.Retry.MaxAttempts).Set(15, row.RequestHash)
        .Set(16, StoredText.Clean(row.Controls)).Set(17, row.WebhookDue is { } due ? SqliteTaskRow.Time(due) : null)
        .Set(18, row.Pool == TaskRow.DefaultPool ? null : row.Pool)
        .Set(19, (long)price.Tenure).SetReal(20, price.PerHour).SetReal(21, price.OnDemandPerHour)
        .Execute());

    private OperationOutcome Apply(TaskOperation.Assign assign)
    {
        using var reader = _assign
            .Set(0, assign.TaskId).Set(1, assign.Attempt).Set(2, assign.NodeId).Set(3, assign.NodeEpoch)
            .Set(4, SqliteTaskRow.Gpus(assign.Gpus))
            .Set(5, (long)assign.Price.Tenure).SetReal(6, assign.Price.PerHour).SetReal(7, assign.Price.OnDemandPerHour).Read();
        return reader.Read() ? new OperationOutcome(true, SqliteTaskRow.Read(reader)) : default;
    }

    private OperationOutcome Apply(TaskOperation.AssignGang assign)
    {
        var lead = assign.Members[0];
        using var reader = _assignGang
            .Set(0, assign.TaskId).Set(1, assign.Attempt).Set(2, lead.NodeId).Set(3, lead.NodeEpoch).Set(4, SqliteTaskRow.Gpus(lead.Gpus))
            .Set(5, (long)assign.Price.Tenure).SetReal(6, assign.Price.PerHour).SetReal(7, assign.Price.OnDemandPerHour)
            .Set(8, GangText.Format(assign.Members)).Set(9, GangText.AllOpen(assign.Members.Count)).Read();
        return reader.Read() ? new OperationOutcome(true, SqliteTaskRow.Read(reader)) : default;
    }

    private OperationOutcome Apply(TaskOperation.EndMember end)
    {
        using (var reader = _endMember
            .Set(0, end.TaskId).Set(1, end.Attempt).Set(2, GangText.Bit(end.Rank)).Set(3, SqliteTaskRow.Time(end.StartedAt))
            .Set(4, end.Rank == 0 ? StoredText.Clean(end.Result) : null).Read())
        {
            if (!reader.Read())
            {
                return default;
            }

            if (reader.GetInt64(0) != 0)
            {
                return new OperationOutcome(true);
            }
        }

        return _charges.End(_completeGang.Set(0, end.TaskId).Set(1, SqliteTaskRow.Time(end.EndedAt)), end.EndedAt) with { Completes = true };
    }

    private OperationOutcome Apply(TaskOperation.Finish finish) => _charges.End(_finish
        .Set(0, finish.TaskId).Set(1, finish.Attempt).Set(2, (long)finish.Phase)
        .Set(3, finish.StartedAt is { } startedAt ? SqliteTaskRow.Time(startedAt) : null)
        .Set(4, SqliteTaskRow.Time(finish.CompletedAt))
        .Set(5, StoredText.Clean(finish.Result)).Set(6, StoredText.Clean(finish.Error))
        .Set(7, finish.Retry.Failures).Set(8, finish.Retry.Losses).Set(9, finish.Retry.MemoryFloor)
        .Set(10, finish.Retry.Crashes), finish.CompletedAt);

    private OperationOutcome Apply(TaskOperation.Requeue requeue) => _charges.End(_requeue
        .Set(0, requeue.TaskId).Set(1, requeue.Attempt).Set(2, requeue.Retry.Failures).Set(3, requeue.Retry.Losses)
        .Set(4, requeue.NotBefore is { } notBefore ? SqliteTaskRow.Time(notBefore) : null)
        .Set(5, StoredText.Clean(requeue.Error)).Set(6, requeue.NodeId).Set(7, requeue.Retry.MemoryFloor)
        .Set(8, SqliteTaskRow.Time(requeue.EndedAt))
        .Set(9, requeue.StartedAt is { } startedAt ? SqliteTaskRow.Time(startedAt) : null)
        .Set(10, requeue.Crashes), requeue.EndedAt);

    private OperationOutcome Apply(TaskOperation.Revive revive)
    {
        using var reader = _revive.Set(0, revive.TaskId).Set(1, SqliteTaskRow.Time(revive.NotBefore)).Read();
        return reader.Read() ? new OperationOutcome(true, SqliteTaskRow.Read(reader)) : default;
    }

    private OperationOutcome Apply(TaskOperation.Cancel cancel)
    {
        TaskRow before;
        using (var reader = _active.Set(0, cancel.TaskId).Read())
        {
            if (!reader.Read())
            {
                return default;
            }

            before = SqliteTaskRow.Read(reader);
        }

        return _charges.End(
            _cancel.Set(0, cancel.TaskId).Set(1, SqliteTaskRow.Time(cancel.CompletedAt)).Set(2, StoredText.Clean(cancel.Reason)), cancel.CompletedAt) with
        { Row = before };
    }
}
