using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>One database file: how connections to it are opened, and what its failures mean.</summary>
internal sealed class SqliteDatabase
{
    private const int BusyMilliseconds = 3000;

    private readonly string _connectionString;

    public SqliteDatabase(string path)
    {
        var fullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(fullPath)!);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = fullPath,
            DefaultTimeout = BusyMilliseconds / 1000,
            Pooling = true,
        }.ConnectionString;
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();

            // FULL is what survives a power cut: the write-ahead log reaches the disk before a commit returns.
            Execute(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes pooled connections, so that the file can be moved or deleted.</summary>
    public void ClearPool()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>
    /// Runs blocking work off the caller's thread on a connection of its own and turns the driver's failures into the store's.
    /// </summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var connection = Open();
                return work(connection);
            }
            catch (SqliteException exception) when (!IsRefusal(exception))
            {
                throw Unavailable(exception);
            }
        },
        cancellationToken);

    /// <summary>The file is fine and objects to the data.</summary>
    public static bool IsRefusal(SqliteException exception)
        => exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH;

    public static StoreUnavailableException Unavailable(SqliteException exception)
        => new($"The SQLite file is not available: {exception.Message}", exception);

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
