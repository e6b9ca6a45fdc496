using Npgsql;

namespace Aurora.Testing;

/// <summary>
/// A PostgreSQL for tests: the one that AURORA_TEST_POSTGRES (a connection string) names, else one started from this machine's
/// binaries, else one in a container.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Variable = "AURORA_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartSharedAsync);

    private readonly IPostgresHost _host;

    private PostgresServer(IPostgresHost host) => _host = host;

    /// <summary>What the server wrote, where it is this machine's.</summary>
    public string Log => (_host as LocalPostgres)?.Log ?? "";

    /// <summary>Of the maintenance database, as a user who may create databases.</summary>
    public string ConnectionString => _host.ConnectionString;

    /// <summary>
    /// The one server of this process: do not dispose it. It ends with the tests (<see cref="SharedPostgres"/>), else with the process.
    /// </summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Ends the shared server if there is one, and waits for it.</summary>
    internal static async ValueTask EndSharedAsync()
    {
        if (Shared.IsValueCreated && Shared.Value.IsCompletedSuccessfully)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    /// <summary>A server of the caller's own, to kill and restart. One with settings needs PostgreSQL's programs on this machine.</summary>
    public static async Task<PostgresServer> StartOwnAsync(PostgresSettings? settings = null)
    {
        IPostgresHost? host = await LocalPostgres.TryStartAsync(settings ?? new PostgresSettings());
        host ??= settings is null ? await ContainerPostgres.TryStartAsync() : null;
        return host is not null
            ? new PostgresServer(host)
            : throw new InvalidOperationException(
                $"Tests need PostgreSQL: install it (for example \"apt-get install postgresql\"), or start Docker, or set {Variable}.");
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"aurora_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Ends the server at once, as a crash would. Only for a server of one's own.</summary>
    public Task KillAsync() => _host.KillAsync();

    /// <summary>Starts a killed server again with its data, on the same port.</summary>
    public Task RestartAsync() => _host.RestartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrWhiteSpace(given))
        {
            return new PostgresServer(new GivenPostgres(given));
        }

        var server = await StartOwnAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndSharedAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }

    private sealed record GivenPostgres(string ConnectionString) : IPostgresHost
    {
        public Task KillAsync() => throw new NotSupportedException($"The server that {Variable} names is not ours to kill.");

        public Task RestartAsync() => throw new NotSupportedException($"The server that {Variable} names is not ours to restart.");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
