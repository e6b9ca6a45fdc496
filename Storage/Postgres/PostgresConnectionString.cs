using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>Fills in what a connection string leaves open with values that fail fast; what it says stays.</summary>
public static class PostgresConnectionString
{
    internal const int MaxPoolSize = 16;
    internal const int ConnectSeconds = 2;
    internal const int CommandSeconds = 3;
    internal const int HostRecheckSeconds = 1;

    /// <summary>
    /// A statement that timed out is given up with its connection. A cancelled commit that waits for its standby is answered
    /// by PostgreSQL as a success with a warning, and nobody may take that for one.
    /// </summary>
    internal const int GiveUpAtOnce = -1;

    private const string Primary = "primary";
    private const string ReadWrite = "read-write";

    /// <summary>
    /// A string that names several hosts (<c>Host=a,b</c> or <c>Host=a:5432,b:5433</c>) leads to whichever of them takes writes, unless
    /// it says itself which; one host stays as it is.
    /// </summary>
    /// <exception cref="ArgumentException">It is no connection string, or leads several hosts to a standby.</exception>
    public static string ToPrimary(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        return HasSeveralHosts(given) ? Aim(given).ConnectionString : connectionString;
    }

    internal static string WithDefaults(string connectionString)
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

        // The handful of statements here is prepared on second use; there is no other SQL on these connections.
        if (given.MaxAutoPrepare == 0)
        {
            given.MaxAutoPrepare = 32;
            given.AutoPrepareMinUsages = 2;
        }

        given.CancellationTimeout = GiveUpAtOnce;
        given.ApplicationName ??= "aurora";
        return HasSeveralHosts(given) ? Aim(given).ConnectionString : given.ConnectionString;
    }

    private static bool HasSeveralHosts(NpgsqlConnectionStringBuilder given) => given.Host?.Contains(',', StringComparison.Ordinal) == true;

    private static NpgsqlConnectionStringBuilder Aim(NpgsqlConnectionStringBuilder given)
    {
        given.TargetSessionAttributes ??= Primary;
        if (given.TargetSessionAttributes is not (Primary or ReadWrite))
        {
            throw new ArgumentException(
                $"Target Session Attributes is \"{given.TargetSessionAttributes}\"; with several hosts it must be {Primary} or {ReadWrite}, since a mesh writes.");
        }

        // What a host was when it was last looked at is believed for so long, and a standby becomes a primary while it is.
        if (given.HostRecheckSeconds == new NpgsqlConnectionStringBuilder().HostRecheckSeconds)
        {
            given.HostRecheckSeconds = HostRecheckSeconds;
        }

        return given;
    }
}
