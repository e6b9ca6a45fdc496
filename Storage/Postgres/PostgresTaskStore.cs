using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage.GroupCommit;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>The tasks of a mesh in PostgreSQL.</summary>
public sealed class PostgresTaskStore : ITaskStore
{
    private const string Whole = $"SELECT {PostgresTaskRow.Columns}, {PostgresTaskRow.Texts} FROM tasks AS t";

    private readonly NpgsqlDataSource _dataSource;
    private readonly PostgresReads _reads;
    private readonly PostgresSchedulers _schedulers;
    private readonly PostgresTaskLists _lists;
    private readonly PostgresNodes _nodes;
    private readonly PostgresWebhooks _webhooks;
    private readonly GroupCommitWriter _writer;

    /// <param name="connectionString">Pool size and timeouts that it leaves out get values that fail fast.</param>
    /// <param name="writerLoops">Connections that commit groups at the same time.</param>
    public PostgresTaskStore(string connectionString, int writerLoops = StorageOptions.DefaultWriterLoops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(writerLoops, 1);
        _dataSource = NpgsqlDataSource.Create(PostgresConnectionString.WithDefaults(connectionString));
        _reads = new PostgresReads(_dataSource);
        _schedulers = new PostgresSchedulers(_dataSource);
        _lists = new PostgresTaskLists(_reads);
        _nodes = new PostgresNodes(_reads);
        _webhooks = new PostgresWebhooks(_reads);
        _writer = new GroupCommitWriter(
            Enumerable.Range(0, writerLoops).Select(_ => new PostgresGroupExecutor(_dataSource)), ownThread: false);
    }

    public Task InitializeAsync(CancellationToken cancellationToken)
        => new PostgresSchema(_dataSource).MigrateAsync(cancellationToken);

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var standby = await _reads.ListAsync("SELECT pg_is_in_recovery()", reader => reader.GetBoolean(0), cancellationToken);
            return standby[0] ? "PostgreSQL is a standby and takes no writes." : null;
        }
        catch (StoreUnavailableException exception)
        {
            return exception.Message;
        }
    }

    public Task<OperationOutcome[]> CommitAsync(IReadOnlyList<TaskOperation> operations) => _writer.CommitAsync(operations);

    public Task<TaskRow?> GetAsync(string taskId, CancellationToken cancellationToken)
        => StoredText.IsStorable(taskId)
            ? _reads.FirstAsync($"{Whole} WHERE t.task_id = $1", ReadRow, cancellationToken, PostgresReads.Value(taskId))
            : Task.FromResult<TaskRow?>(null);

    public async Task<IReadOnlyList<TaskRow>> GetManyAsync(IReadOnlyCollection<string> taskIds, CancellationToken cancellationToken)
        => await _reads.ListAsync(
            $"{Whole} WHERE t.task_id = ANY ($1)", ReadRow, cancellationToken, PostgresReads.Value(taskIds.Where(StoredText.IsStorable).ToArray()));

    public async Task<IReadOnlyList<TaskRow>> ListActiveAsync(string? afterTaskId, int limit, CancellationToken cancellationToken)
        => await ListAsync(
            $"{Whole} WHERE t.completed_at IS NULL AND t.task_id > $1 ORDER BY t.task_id LIMIT $2", afterTaskId, limit, cancellationToken);

    // One statement and not pages: where the statistics are behind, as after a flood of submits, the server would scan and sort
    // the whole table for each page. Of IS NOT DISTINCT FROM it expects one row, whatever the statistics say.
    public IAsyncEnumerable<TaskRow> ReadSchedulableAsync(string pool, CancellationToken cancellationToken)
        => _reads.StreamAsync(
            $"""
            SELECT {PostgresTaskRow.Columns}, {PostgresTaskRow.Requirements} FROM tasks AS t
            WHERE t.completed_at IS NULL AND {(Stored(pool) is null ? "t.pool IS NULL AND $1::text IS NULL" : "t.pool = $1")}
            ORDER BY t.task_id
            """,
            ReadRow,
            cancellationToken,
            PostgresReads.Value(Stored(pool)));

    public async Task<IReadOnlyList<TaskRow>> ListCompletedAsync(int limit, CancellationToken cancellationToken)
    {
        var rows = await _reads.ListAsync(
            $"{Whole} WHERE t.completed_at IS NOT NULL ORDER BY t.completed_at DESC, t.task_id DESC LIMIT $1",
            ReadRow,
            cancellationToken,
            PostgresReads.Value(limit));
        rows.Reverse();
        return rows;
    }

    public async Task<IReadOnlyList<TaskRow>> ListFailedAsync(
        (DateTimeOffset CompletedAt, string TaskId)? before, int limit, CancellationToken cancellationToken)
        => await _reads.ListAsync(
            $"""
            {Whole}
            WHERE t.completed_at IS NOT NULL AND t.error IS NOT NULL AND t.phase = 4
                AND ($1::timestamptz IS NULL OR (t.completed_at, t.task_id) < ($1, $2))
            ORDER BY t.completed_at DESC, t.task_id DESC LIMIT $3
            """,
            ReadRow,
            cancellationToken,
            PostgresReads.Value(before?.CompletedAt.UtcDateTime),
            PostgresReads.Value(before?.TaskId ?? ""),
            PostgresReads.Value(limit));

    public async Task<IReadOnlyList<TaskRow>> ListWithPrefixAsync(string prefix, string? afterTaskId, int limit, CancellationToken cancellationToken)
        => await _reads.ListAsync(
            $"{Whole} WHERE t.task_id > $1 AND t.task_id < $2 ORDER BY t.task_id LIMIT $3",
            ReadRow,
            cancellationToken,
            PostgresReads.Value(afterTaskId ?? prefix),
            PostgresReads.Value(IdPrefix.End(prefix)),
            PostgresReads.Value(limit));

    public Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken)
        => query.IsStorable && (beforeTaskId is null || StoredText.IsStorable(beforeTaskId))
            ? _lists.ListAsync(query, beforeTaskId, limit, cancellationToken)
            : Task.FromResult(TaskRows.None);

    public async Task<IReadOnlyDictionary<TaskPhase, long>> CountWithPrefixAsync(string prefix, CancellationToken cancellationToken)
        => (await _reads.ListAsync(
            "SELECT phase, count(*) FROM tasks WHERE task_id > $1 AND task_id < $2 GROUP BY phase",
            reader => KeyValuePair.Create((TaskPhase)reader.GetInt16(0), reader.GetInt64(1)),
            cancellationToken,
            PostgresReads.Value(prefix),
            PostgresReads.Value(IdPrefix.End(prefix)))).ToDictionary();

    public async Task<IReadOnlyList<TaskStanding>> FindAsync(IReadOnlyList<string> taskIds, CancellationToken cancellationToken)
        => await _reads.ListAsync(
            "SELECT task_id, phase, completed_at FROM tasks WHERE task_id = ANY ($1)",
            reader => new TaskStanding(
                reader.GetString(0), (TaskPhase)reader.GetInt16(1), reader.IsDBNull(2) ? null : PostgresTaskRow.Time(reader, 2)),
            cancellationToken,
            PostgresReads.Value(taskIds.Where(StoredText.IsStorable).ToArray()));

    public Task<IReadOnlyList<TaskRow>> ClaimWebhooksAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
        => _webhooks.ClaimAsync(now, until, limit, cancellationToken);

    public Task<bool> SettleWebhookAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken)
        => _webhooks.SettleAsync(taskId, due, error, cancellationToken);

    public async Task<CompletedCounts> CountCompletedAsync(string pool, CancellationToken cancellationToken)
        => CompletedCounts.Of(await _reads.ListAsync(
            """
            SELECT coalesce(member.about ->> 'node', t.node_id) AS node, count(*), count(*) FILTER (WHERE coalesce(member.rank, 1) = 1)
            FROM tasks AS t LEFT JOIN LATERAL jsonb_array_elements(t.members::jsonb) WITH ORDINALITY AS member (about, rank) ON true
            WHERE t.phase = 3 AND t.node_id IS NOT NULL AND t.pool IS NOT DISTINCT FROM $1
            GROUP BY node
            """,
            reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)),
            cancellationToken,
            PostgresReads.Value(Stored(pool))));

    public async Task<IReadOnlyList<string>> ListPoolsAsync(CancellationToken cancellationToken)
        => await _reads.ListAsync("SELECT pool FROM schedulers ORDER BY pool", reader => reader.GetString(0), cancellationToken);

    public async Task<IReadOnlyList<CostRow>> ListCostsAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken)
        => await _reads.ListAsync(
            """
            SELECT (c.ended_at AT TIME ZONE 'UTC')::date, c.node_id, t.controls::jsonb ->> 'tenant', t.task_type, coalesce(t.pool, 'default'), c.tenure,
                count(*), sum(c.seconds), sum(c.amount), sum(c.on_demand)
            FROM attempt_costs AS c JOIN tasks AS t ON t.task_id = c.task_id
            WHERE c.ended_at >= $1 AND c.ended_at < $2
            GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
            """,
            reader => new CostRow(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), PostgresTaskRow.Text(reader, 2), reader.GetString(3), reader.GetString(4),
                (NodeTenure)reader.GetInt16(5), reader.GetInt64(6), reader.GetDouble(7), reader.GetDouble(8), reader.GetDouble(9)),
            cancellationToken,
            PostgresReads.Value(from.UtcDateTime),
            PostgresReads.Value(before.UtcDateTime));

    public Task<long> AcquireSchedulerAsync(string pool, CancellationToken cancellationToken)
        => _schedulers.AcquireAsync(pool, cancellationToken);

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
        await _dataSource.DisposeAsync();
    }

    private static string? Stored(string pool) => pool == TaskRow.DefaultPool ? null : pool;

    private Task<List<TaskRow>> ListAsync(string sql, string? afterTaskId, int limit, CancellationToken cancellationToken)
        => _reads.ListAsync(sql, ReadRow, cancellationToken, PostgresReads.Value(afterTaskId ?? ""), PostgresReads.Value(limit));

    private static TaskRow ReadRow(NpgsqlDataReader reader) => PostgresTaskRow.Read(reader);
}
