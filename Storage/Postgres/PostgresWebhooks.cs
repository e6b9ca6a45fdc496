namespace Aurora.Storage.Postgres;

/// <summary>The webhooks of ended tasks.</summary>
internal sealed class PostgresWebhooks(PostgresReads reads)
{
    public async Task<IReadOnlyList<TaskRow>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
        => await reads.ListAsync(
            $"""
            UPDATE tasks AS t SET webhook_due = $2, webhook_attempts = t.webhook_attempts + 1
            WHERE t.task_id = ANY (ARRAY(
                SELECT task_id FROM tasks
                WHERE webhook_due IS NOT NULL AND completed_at IS NOT NULL AND webhook_due <= $1
                ORDER BY webhook_due LIMIT $3 FOR UPDATE SKIP LOCKED))
            RETURNING {PostgresTaskRow.Columns}, {PostgresTaskRow.Texts}
            """,
            reader => PostgresTaskRow.Read(reader),
            cancellationToken,
            PostgresReads.Value(now.UtcDateTime),
            PostgresReads.Value(until.UtcDateTime),
            PostgresReads.Value(limit));

    public Task<bool> SettleAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken)
        => reads.FirstAsync(
            "UPDATE tasks SET webhook_due = $2, webhook_error = $3 WHERE task_id = $1 RETURNING true",
            reader => reader.GetBoolean(0),
            cancellationToken,
            PostgresReads.Value(taskId),
            PostgresReads.Value(due?.UtcDateTime),
            PostgresReads.Value(StoredText.Clean(error)));
}
