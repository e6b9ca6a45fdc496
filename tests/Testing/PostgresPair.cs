using System.Net.Sockets;
using Npgsql;

namespace Aurora.Testing;

/// <summary>A primary and the standby that follows it, to fail over from one to the other. Needs PostgreSQL's programs on this machine.</summary>
public sealed class PostgresPair : IAsyncDisposable
{
    private readonly LocalPostgres _primary;
    private readonly LocalPostgres _standby;

    private PostgresPair(LocalPostgres primary, LocalPostgres standby)
    {
        _primary = primary;
        _standby = standby;
    }

    /// <summary>The first process of the standby.</summary>
    public int StandbyPid => _standby.Pid;

    /// <summary>The first process of the primary; 0 once it is killed.</summary>
    public int PrimaryPid => _primary.Pid;

    /// <param name="synchronous">Whether the primary answers a commit only when the standby has it on disk.</param>
    /// <exception cref="InvalidOperationException">This machine has no PostgreSQL.</exception>
    public static async Task<PostgresPair> StartAsync(bool synchronous)
    {
        var primary = await LocalPostgres.TryStartAsync(new PostgresSettings())
            ?? throw new InvalidOperationException("A standby needs PostgreSQL's programs on this machine, for example \"apt-get install postgresql\".");
        try
        {
            var pair = new PostgresPair(primary, await primary.StartStandbyAsync());
            await UntilAsync(() => ScalarAsync(primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'"));
            if (synchronous)
            {
                await ExecuteAsync(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
                await ExecuteAsync(primary, "SELECT pg_reload_conf()");
                await UntilAsync(() => ScalarAsync(primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'"));
            }

            return pair;
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates an empty database and returns a connection string that names both servers and says nothing of which is which.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"aurora_{Guid.NewGuid():N}";
        await ExecuteAsync(_primary, $"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        return new NpgsqlConnectionStringBuilder(_primary.ConnectionString)
        {
            Host = $"127.0.0.1:{_primary.Port},127.0.0.1:{_standby.Port}",
            Database = name,
        }.ConnectionString;
    }

    public Task KillPrimaryAsync() => _primary.KillAsync();

    /// <summary>Makes the standby the primary, and waits until it takes writes.</summary>
    public async Task PromoteAsync() => await UntilAsync(async () =>
        await ScalarAsync(_standby, "SELECT NOT pg_is_in_recovery()") || await ScalarAsync(_standby, "SELECT pg_promote()"));

    public async ValueTask DisposeAsync()
    {
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                if (await isReached())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or SocketException && clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                // It is on its way.
            }

            if (clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException("The pair of servers did not come to the state that was waited for within a minute.");
            }
        }
    }

    private static async Task<bool> ScalarAsync(LocalPostgres server, string sql)
    {
        await using var connection = await OpenAsync(server);
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(LocalPostgres server, string sql)
    {
        await using var connection = await OpenAsync(server);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<NpgsqlConnection> OpenAsync(LocalPostgres server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        return connection;
    }
}
