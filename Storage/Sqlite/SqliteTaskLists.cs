namespace Aurora.Storage.Sqlite;

/// <summary>Lists of tasks by what they are, in SQLite.</summary>
internal sealed class SqliteTaskLists(SqliteDatabase database)
{
    private const string Whole = $"SELECT {SqliteTaskRow.Columns}, {SqliteTaskRow.Texts} FROM tasks";

    public Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken)
        => database.RunAsync(
            connection =>
            {
                var reach = Conditions().Before(query, beforeTaskId);
                var (last, looked) = SqliteQuery.List(
                    connection,
                    $"SELECT min(task_id), count(*) FROM (SELECT task_id FROM tasks WHERE {reach} ORDER BY task_id DESC LIMIT {reach.Bind(query.Reach)})",
                    reader => (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt32(1)),
                    [.. reach.Values]).Single();
                if (last is null)
                {
                    return TaskRows.None;
                }

                var matching = Conditions().Before(query, beforeTaskId).From(last).Matching(query);
                var rows = SqliteQuery.List(
                    connection,
                    $"{Whole} WHERE {matching} ORDER BY task_id DESC LIMIT {matching.Bind(limit)}",
                    SqliteTaskRow.Read,
                    [.. matching.Values]);
                return new TaskRows(rows, rows.Count == limit ? rows[^1].TaskId : looked == query.Reach ? last : null);
            },
            cancellationToken);

    private static TaskConditions Conditions() => new(
        firstParameter: 0,
        "json_extract(controls, '$.tenant')",
        static (key, value) => $"EXISTS (SELECT 1 FROM json_each(controls, '$.labels') AS label WHERE label.key = {key} AND label.value = {value})",
        static node => $"EXISTS (SELECT 1 FROM json_each(members) AS member WHERE json_extract(member.value, '$.node') = {node})");
}
