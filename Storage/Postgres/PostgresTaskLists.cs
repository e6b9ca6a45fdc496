using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Lists of tasks by what they are, in PostgreSQL.</summary>
internal sealed class PostgresTaskLists(PostgresReads reads)
{
    private const string Whole = $"SELECT {PostgresTaskRow.Columns}, {PostgresTaskRow.Texts} FROM tasks AS t";

    public async Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken)
    {
        var reach = Conditions().Before(query, beforeTaskId);
        var (last, looked) = (await reads.ListAsync(
            $"SELECT min(task_id), count(*) FROM (SELECT task_id FROM tasks WHERE {reach} ORDER BY task_id DESC LIMIT {reach.Bind(query.Reach)}) AS looked",
            reader => (PostgresTaskRow.Text(reader, 0), reader.GetInt64(1)),
            cancellationToken,
            Parameters(reach)))[0];
        if (last is null)
        {
            return TaskRows.None;
        }

        var matching = Conditions().Before(query, beforeTaskId).From(last).Matching(query);
        var rows = await reads.ListAsync(
            $"{Whole} WHERE {matching} ORDER BY task_id DESC LIMIT {matching.Bind(limit)}",
            static reader => PostgresTaskRow.Read(reader),
            cancellationToken,
            Parameters(matching));
        return new TaskRows(rows, rows.Count == limit ? rows[^1].TaskId : looked == query.Reach ? last : null);
    }

    private static NpgsqlParameter[] Parameters(TaskConditions conditions) => [.. conditions.Values.Select(value => new NpgsqlParameter { Value = value })];

    private static TaskConditions Conditions() => new(
        firstParameter: 1,
        "controls::jsonb ->> 'tenant'",
        static (key, value) => $"controls::jsonb @> jsonb_build_object('labels', jsonb_build_object({key}::text, {value}::text))",
        static node => $"members::jsonb @> jsonb_build_array(jsonb_build_object('node', {node}::text))");
}
