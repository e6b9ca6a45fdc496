namespace Aurora.Storage.Sqlite;

/// <summary>The webhooks of ended tasks.</summary>
internal sealed class SqliteWebhooks(SqliteDatabase database)
{
    public async Task<IReadOnlyList<TaskRow>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
        => await database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                $"""
                UPDATE tasks SET webhook_due = $1, webhook_attempts = webhook_attempts + 1
                WHERE task_id IN (
                    SELECT task_id FROM tasks
                    WHERE webhook_due IS NOT NULL AND completed_at IS NOT NULL AND webhook_due <= $0
                    ORDER BY webhook_due LIMIT $2)
                RETURNING {SqliteTaskRow.Columns}, {SqliteTaskRow.Texts}
                """,
                SqliteTaskRow.Read,
                SqliteTaskRow.Time(now),
                SqliteTaskRow.Time(until),
                limit),
            cancellationToken);

    public Task<bool> SettleAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken)
        => database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "UPDATE tasks SET webhook_due = $1, webhook_error = $2 WHERE task_id = $0 RETURNING 1",
                reader => reader.GetInt64(0),
                taskId,
                due is { } next ? SqliteTaskRow.Time(next) : DBNull.Value,
                StoredText.Clean(error) ?? (object)DBNull.Value).Count > 0,
            cancellationToken);
}
