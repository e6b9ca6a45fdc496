using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Fills in what a connection string leaves open with values that fail fast; what it says stays.</summary>
internal static class PostgresConnectionString
{
    public const int MaxPoolSize = 16;
    public const int ConnectSeconds = 2;
    public const int CommandSeconds = 3;
    public const int CancelMilliseconds = 500;

    public static string WithDefaults(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var driver = new NpgsqlConnectionStringBuilder();
        if (given.MaxPoolSize == driver.MaxPoolSize)
        {
            given.MaxPoolSize = MaxPoolSize;
        }

        if (given.Timeout == driver.Timeout)
        {
            given.Timeout = ConnectSeconds;
        }

        if (given.CommandTimeout == driver.CommandTimeout)
        {
            given.CommandTimeout = CommandSeconds;
        }

        if (given.CancellationTimeout == driver.CancellationTimeout)
        {
            given.CancellationTimeout = CancelMilliseconds;
        }

        // The handful of statements here is prepared on second use; there is no other SQL on these connections.
        if (given.MaxAutoPrepare == 0)
        {
            given.MaxAutoPrepare = 32;
            given.AutoPrepareMinUsages = 2;
        }

        given.ApplicationName ??= "aurora";
        return given.ConnectionString;
    }
}
