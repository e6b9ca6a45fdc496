using System.Globalization;
using Npgsql;

namespace Aurora.Bench.EndToEnd;

/// <summary>A database of the run's own on a PostgreSQL server, dropped at its end.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name = string.Create(
        CultureInfo.InvariantCulture, $"aurora_bench_{Environment.ProcessId}_{Interlocked.Increment(ref created)}");

    private static int created;

    private BenchDatabase(string server) => this.server = server;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    /// <summary>The server's main process when it runs on this machine, to count its processor time; otherwise null.</summary>
    public int? Postmaster { get; private set; }

    public static async Task<BenchDatabase> CreateAsync(string server)
    {
        var database = new BenchDatabase(server);
        await database.ExecuteAsync($"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)");
        await database.ExecuteAsync($"CREATE DATABASE {database.name}");
        await database.RefuseFastAndLooseAsync();
        database.Postmaster = await database.FindPostmasterAsync();
        return database;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A figure from a server that may lose commits is no figure.</summary>
    private async Task RefuseFastAndLooseAsync()
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand("SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')");
        if (await command.ExecuteScalarAsync() is not "on on" and var settings)
        {
            throw new InvalidOperationException($"fsync and synchronous_commit must be on; they are: {settings}");
        }
    }

    private async Task<int?> FindPostmasterAsync()
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand("SELECT pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync())!;
        var stat = $"/proc/{backend}/stat";
        if (!File.Exists(stat))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(stat);
        return text.Contains("(postgres)", StringComparison.Ordinal)
            ? int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture)
            : null;
    }
}
