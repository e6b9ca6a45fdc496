using Aurora.Storage.GroupCommit;
using Aurora.Storage.Postgres.Statements;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Writes a group as one batch: one round trip, one implicit transaction, one statement per kind.</summary>
internal sealed class PostgresGroupExecutor(NpgsqlDataSource dataSource) : IGroupExecutor
{
    /// <summary>Held shared by whoever writes under a scheduler's epoch and exclusively by a new scheduler: an epoch never changes under a write, and what an older one accepted is there to be read.</summary>
    public const long SchedulerLockKey = 0x736368656475;

    private const int CollisionRetries = 5;

    // The unnested arrays are joined to the table by its key, always. Left to itself the planner would scan the whole table
    // while its statistics still say that it is small.
    private const string SessionSettings =
        """
        SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off
        """;

    private readonly List<(GroupStatement Statement, int Start, int Count)> _parts = [];
    private NpgsqlConnection? _connection;

    // A command remembers that it is prepared, so commands live as long as their connection.
    private NpgsqlBatchCommand _shareScheduler = new();
    private GroupStatement[] _statements = [];

    public async ValueTask ExecuteAsync(ReadOnlyMemory<QueuedOperation> group, Memory<OperationOutcome> outcomes)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteOnceAsync(group, outcomes);
                return;
            }
            catch (PostgresException exception) when (PostgresFailure.IsCollision(exception) && attempt < CollisionRetries)
            {
                outcomes.Span.Clear();
            }
            catch (PostgresException exception) when (PostgresFailure.IsRefusal(exception))
            {
                throw new RefusedGroupException($"The database refuses an operation: {exception.MessageText}", exception);
            }
            catch (Exception exception) when (PostgresFailure.IsUnavailable(exception))
            {
                await CloseAsync();
                throw PostgresFailure.Unavailable(exception);
            }
            catch
            {
                // A batch that broke off half way leaves the connection in the middle of an answer.
                await CloseAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task ExecuteOnceAsync(ReadOnlyMemory<QueuedOperation> group, Memory<OperationOutcome> outcomes)
    {
        var connection = await ConnectAsync();
        await using var batch = new NpgsqlBatch(connection);
        try
        {
            var locks = Fill(batch, group);
            await using var reader = await batch.ExecuteReaderAsync();
            if (locks)
            {
                await reader.NextResultAsync();
            }

            foreach (var (statement, start, count) in _parts)
            {
                await statement.ReadAsync(reader, group.Slice(start, count), outcomes.Slice(start, count));
                await reader.NextResultAsync();
            }

            // The transaction commits at the end of the batch; only a fully read answer says that it did.
            await reader.CloseAsync();
            if (AnyRefused(outcomes.Span))
            {
                await WaitForEarlierAsync(connection);
            }
        }
        finally
        {
            batch.BatchCommands.Clear();
            foreach (var (statement, _, _) in _parts)
            {
                statement.Clear();
            }
        }
    }

    /// <summary>
    /// What did not apply may have been done by an earlier call of unknown outcome, which is answered for now. If that one
    /// gave up while it waited for a synchronous standby, the standby may lack it still; a commit of one's own waits until
    /// the standby has everything before it.
    /// </summary>
    private static async Task WaitForEarlierAsync(NpgsqlConnection connection)
    {
        await using var message = new NpgsqlCommand("SELECT pg_logical_emit_message(true, 'aurora', '')", connection);
        await message.ExecuteNonQueryAsync();
    }

    private static bool NeedsScheduler(ReadOnlySpan<QueuedOperation> operations)
    {
        foreach (ref readonly var operation in operations)
        {
            if (operation.Operation.NeededEpoch is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyRefused(ReadOnlySpan<OperationOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (!outcome.Applied)
            {
                return true;
            }
        }

        return false;
    }

    private bool Fill(NpgsqlBatch batch, ReadOnlyMemory<QueuedOperation> group)
    {
        _parts.Clear();
        var operations = group.Span;
        var locks = NeedsScheduler(operations);
        if (locks)
        {
            batch.BatchCommands.Add(_shareScheduler);
        }

        for (var start = 0; start < operations.Length;)
        {
            var kind = operations[start].Kind;
            var end = start + 1;
            while (end < operations.Length && operations[end].Kind == kind)
            {
                end++;
            }

            var statement = _statements[(int)kind];
            _parts.Add((statement, start, end - start));
            statement.Bind(operations[start..end]);
            batch.BatchCommands.Add(statement.Command);
            start = end;
        }

        return locks;
    }

    private async ValueTask<NpgsqlConnection> ConnectAsync()
    {
        if (_connection is { State: System.Data.ConnectionState.Open })
        {
            return _connection;
        }

        await CloseAsync();
        var connection = await dataSource.OpenConnectionAsync();
        try
        {
            await using var settings = new NpgsqlCommand(SessionSettings, connection);
            await settings.ExecuteNonQueryAsync();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        _shareScheduler = new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock_shared({SchedulerLockKey})");
        _statements =
        [
            new InsertStatement(), new AssignStatement(), new AssignGangStatement(), new StartStatement(), new FinishStatement(),
            new EndMemberStatement(), new RequeueStatement(), new GiveUpStatement(), new CancelStatement(), new ReviveStatement(),
            new PardonStatement(),
        ];
        return _connection = connection;
    }

    private async ValueTask CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
