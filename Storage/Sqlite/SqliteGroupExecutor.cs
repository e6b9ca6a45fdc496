using Aurora.Storage.GroupCommit;
using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>Writes a group in one transaction on the writer's own connection. Blocks: it belongs on a thread of its own.</summary>
internal sealed class SqliteGroupExecutor(SqliteDatabase database) : IGroupExecutor
{
    private SqliteConnection? _connection;
    private SqliteOperations? _operations;
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private SqliteStatement? _epochs;

    public ValueTask ExecuteAsync(ReadOnlyMemory<QueuedOperation> group, Memory<OperationOutcome> outcomes)
    {
        try
        {
            Execute(group.Span, outcomes.Span);
            return ValueTask.CompletedTask;
        }
        catch (SqliteException exception)
        {
            // Closing rolls back whatever was begun, and the next group starts from a clean connection.
            Close();
            throw SqliteDatabase.IsRefusal(exception)
                ? new RefusedGroupException($"The database refuses an operation: {exception.Message}", exception)
                : SqliteDatabase.Unavailable(exception);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Execute(ReadOnlySpan<QueuedOperation> group, Span<OperationOutcome> outcomes)
    {
        var operations = Open();
        _begin!.Execute();
        HashSet<long>? epochs = null;
        for (var i = 0; i < group.Length; i++)
        {
            var operation = group[i].Operation;
            outcomes[i] = operation.NeededEpoch is { } needed && !(epochs ??= ReadEpochs()).Contains(needed) ? default : operations.Apply(operation);
        }

        _commit!.Execute();
    }

    private HashSet<long> ReadEpochs()
    {
        var epochs = new HashSet<long>();
        using var reader = _epochs!.Read();
        while (reader.Read())
        {
            epochs.Add(reader.GetInt64(0));
        }

        return epochs;
    }

    private SqliteOperations Open()
    {
        if (_operations is not null)
        {
            return _operations;
        }

        _connection = database.Open();
        _begin = new SqliteStatement(_connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(_connection, "COMMIT");
        _epochs = new SqliteStatement(_connection, "SELECT epoch FROM schedulers");
        return _operations = new SqliteOperations(_connection);
    }

    private void Close()
    {
        _operations?.Dispose();
        _begin?.Dispose();
        _commit?.Dispose();
        _epochs?.Dispose();
        _operations = null;

        if (_connection is { } connection)
        {
            // A pooled connection would keep the transaction.
            _connection = null;
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            {
                SqliteDatabase.Execute(connection, "ROLLBACK");
            }

            connection.Dispose();
        }
    }
}
