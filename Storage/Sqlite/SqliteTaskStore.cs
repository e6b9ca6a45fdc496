using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage.GroupCommit;

namespace Aurora.Storage.Sqlite;

/// <summary>The tasks of a mesh in one SQLite file.</summary>
public sealed class SqliteTaskStore : ITaskStore
{
    private const int SchedulablePage = 1_000;

    private const string Whole = $"SELECT {SqliteTaskRow.Columns}, {SqliteTaskRow.Texts} FROM tasks";

    private readonly SqliteDatabase _database;
    private readonly SqliteTaskLists _lists;
    private readonly SqliteNodes _nodes;
    private readonly SqliteWebhooks _webhooks;
    private readonly GroupCommitWriter _writer;

    /// <param name="path">The file; it and its folder are created.</param>
    public SqliteTaskStore(string path)
    {
        _database = new SqliteDatabase(path);
        _lists = new SqliteTaskLists(_database);
        _nodes = new SqliteNodes(_database);
        _webhooks = new SqliteWebhooks(_database);
        _writer = new GroupCommitWriter([new SqliteGroupExecutor(_database)], ownThread: true);
    }

    public Task InitializeAsync(CancellationToken cancellationToken) => _database.RunAsync(SqliteSchema.Migrate, cancellationToken);

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Takes the write lock and lets it go: a full disk or a read-only file shows here.
            return await _database.RunAsync<string?>(
                connection =>
                {
                    SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE; ROLLBACK");
                    return null;
                },
                cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            return exception.Message;
        }
    }

    public Task<OperationOutcome[]> CommitAsync(IReadOnlyList<TaskOperation> operations) => _writer.CommitAsync(operations);

    public async Task<TaskRow?> GetAsync(string taskId, CancellationToken cancellationToken)
        => StoredText.IsStorable(taskId)
            ? (await ListAsync($"{Whole} WHERE task_id = $0", cancellationToken, taskId)).FirstOrDefault()
            : null;

    public async Task<IReadOnlyList<TaskRow>> GetManyAsync(IReadOnlyCollection<string> taskIds, CancellationToken cancellationToken)
        => await ListAsync(
            $"{Whole} WHERE task_id IN (SELECT value FROM json_each($0))",
            cancellationToken,
            JsonSerializer.Serialize(taskIds.Where(StoredText.IsStorable)));

    public async Task<IReadOnlyList<TaskRow>> ListActiveAsync(string? afterTaskId, int limit, CancellationToken cancellationToken)
        => await ListAsync(
            $"{Whole} WHERE completed_at IS NULL AND task_id > $0 ORDER BY task_id LIMIT $1", cancellationToken, afterTaskId ?? "", limit);

    // In pages, so that no read keeps the write-ahead log from being folded back into the file.
    public async IAsyncEnumerable<TaskRow> ReadSchedulableAsync(string pool, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var page = await ListAsync(
                $"SELECT {SqliteTaskRow.Columns}, {SqliteTaskRow.Requirements} FROM tasks WHERE completed_at IS NULL AND task_id > $0 AND coalesce(pool, '{TaskRow.DefaultPool}') = $2 ORDER BY task_id LIMIT $1",
                cancellationToken,
                after,
                SchedulablePage,
                pool);
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < SchedulablePage)
            {
                yield break;
            }

            after = page[^1].TaskId;
        }
    }

    public async Task<IReadOnlyList<TaskRow>> ListCompletedAsync(int limit, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(
            $"{Whole} WHERE completed_at IS NOT NULL ORDER BY completed_at DESC, task_id DESC LIMIT $0", cancellationToken, limit);
        rows.Reverse();
        return rows;
    }

    public async Task<IReadOnlyList<TaskRow>> ListFailedAsync(
        (DateTimeOffset CompletedAt, string TaskId)? before, int limit, CancellationToken cancellationToken)
        => await ListAsync(
            $"""
            {Whole} WHERE completed_at IS NOT NULL AND error IS NOT NULL AND phase = 4 AND (completed_at, task_id) < ($0, $1)
            ORDER BY completed_at DESC, task_id DESC LIMIT $2
            """,
            cancellationToken,
            before is { } last ? SqliteTaskRow.Time(last.CompletedAt) : long.MaxValue,
            before?.TaskId ?? "",
            limit);

    public async Task<IReadOnlyList<TaskRow>> ListWithPrefixAsync(string prefix, string? afterTaskId, int limit, CancellationToken cancellationToken)
        => await ListAsync(
            $"{Whole} WHERE task_id > $0 AND task_id < $1 ORDER BY task_id LIMIT $2",
            cancellationToken,
            afterTaskId ?? prefix,
            IdPrefix.End(prefix),
            limit);

    public Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken)
        => query.IsStorable && (beforeTaskId is null || StoredText.IsStorable(beforeTaskId))
            ? _lists.ListAsync(query, beforeTaskId, limit, cancellationToken)
            : Task.FromResult(TaskRows.None);

    public async Task<IReadOnlyDictionary<TaskPhase, long>> CountWithPrefixAsync(string prefix, CancellationToken cancellationToken)
        => await _database.RunAsync(
            connection => SqliteQuery
                .List(
                    connection,
                    "SELECT phase, count(*) FROM tasks WHERE task_id > $0 AND task_id < $1 GROUP BY phase",
                    reader => KeyValuePair.Create((TaskPhase)reader.GetInt32(0), reader.GetInt64(1)),
                    prefix,
                    IdPrefix.End(prefix))
                .ToDictionary(),
            cancellationToken);

    public async Task<IReadOnlyList<TaskStanding>> FindAsync(IReadOnlyList<string> taskIds, CancellationToken cancellationToken)
        => await _database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                "SELECT task_id, phase, completed_at FROM tasks WHERE task_id IN (SELECT value FROM json_each($0))",
                reader => new TaskStanding(
                    reader.GetString(0), (TaskPhase)reader.GetInt32(1), reader.IsDBNull(2) ? null : SqliteTaskRow.Time(reader.GetInt64(2))),
                JsonSerializer.Serialize(taskIds.Where(StoredText.IsStorable))),
            cancellationToken);

    public Task<IReadOnlyList<TaskRow>> ClaimWebhooksAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
        => _webhooks.ClaimAsync(now, until, limit, cancellationToken);

    public Task<bool> SettleWebhookAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken)
        => _webhooks.SettleAsync(taskId, due, error, cancellationToken);

    public Task<CompletedCounts> CountCompletedAsync(string pool, CancellationToken cancellationToken)
        => _database.RunAsync(
            connection => CompletedCounts.Of(SqliteQuery.List(
                connection,
                $"""
                SELECT coalesce(json_extract(member.value, '$.node'), node_id) AS node, count(*), sum(coalesce(member.key, 0) = 0)
                FROM tasks LEFT JOIN json_each(members) AS member
                WHERE phase = 3 AND node_id IS NOT NULL AND coalesce(pool, '{TaskRow.DefaultPool}') = $0
                GROUP BY node
                """,
                reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)),
                pool)),
            cancellationToken);

    public async Task<IReadOnlyList<string>> ListPoolsAsync(CancellationToken cancellationToken)
        => await _database.RunAsync(
            connection => SqliteQuery.List(connection, "SELECT pool FROM schedulers ORDER BY pool", reader => reader.GetString(0)), cancellationToken);

    public async Task<IReadOnlyList<CostRow>> ListCostsAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken)
        => await _database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                """
                SELECT date(c.ended_at / 1000000, 'unixepoch'), c.node_id, json_extract(t.controls, '$.tenant'), t.task_type, coalesce(t.pool, 'default'), c.tenure,
                    count(*), sum(c.seconds), sum(c.amount), sum(c.on_demand)
                FROM attempt_costs AS c JOIN tasks AS t ON t.task_id = c.task_id
                WHERE c.ended_at >= $0 AND c.ended_at < $1
                GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
                """,
                reader => new CostRow(
                    DateOnly.ParseExact(reader.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3), reader.GetString(4),
                    (NodeTenure)reader.GetInt32(5), reader.GetInt64(6), reader.GetDouble(7), reader.GetDouble(8), reader.GetDouble(9)),
                SqliteTaskRow.Time(from),
                SqliteTaskRow.Time(before)),
            cancellationToken);

    public Task<long> AcquireSchedulerAsync(string pool, CancellationToken cancellationToken)
    {
        StoredText.RequireId(pool, "pool");
        return _database.RunAsync(
            connection => SqliteQuery.List(
                connection,
                """
                INSERT INTO schedulers (pool, epoch) SELECT $0, coalesce(max(epoch), 0) + 1 FROM schedulers WHERE true
                ON CONFLICT (pool) DO UPDATE SET epoch = excluded.epoch
                RETURNING epoch
                """,
                reader => reader.GetInt64(0),
                pool).Single(),
            cancellationToken);
    }

    public Task<long> RegisterNodeAsync(string nodeId, string registration, CancellationToken cancellationToken)
        => _nodes.RegisterAsync(nodeId, registration, cancellationToken);

    public Task<bool> UpdateNodeAsync(string nodeId, long epoch, string registration, CancellationToken cancellationToken)
        => _nodes.UpdateAsync(nodeId, epoch, registration, cancellationToken);

    public Task<bool> SetCordonAsync(string nodeId, bool cordoned, DateTimeOffset? drainDeadline, CancellationToken cancellationToken)
        => _nodes.SetCordonAsync(nodeId, cordoned, drainDeadline, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetQuarantineAsync(string nodeId, DateTimeOffset? until, int quarantines, CancellationToken cancellationToken)
        => _nodes.SetQuarantineAsync(nodeId, until, quarantines, cancellationToken);

    public Task<IReadOnlyList<NodeRow>> ListNodesAsync(CancellationToken cancellationToken) => _nodes.ListAsync(cancellationToken);

    public Task<NodeRow?> GetNodeAsync(string nodeId, CancellationToken cancellationToken) => _nodes.GetAsync(nodeId, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _database.ClearPool();
    }

    private Task<List<TaskRow>> ListAsync(string sql, CancellationToken cancellationToken, params object[] values)
        => _database.RunAsync(connection => SqliteQuery.List(connection, sql, SqliteTaskRow.Read, values), cancellationToken);
}
