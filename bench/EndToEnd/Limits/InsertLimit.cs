using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Aurora.Bench.EndToEnd.Limits;

/// <summary>What one durable row costs on this machine when every row is a commit of its own.</summary>
/// <param name="OneConnection">Rows a second over one connection.</param>
/// <param name="EightConnections">Rows a second over eight.</param>
internal sealed record InsertLimit(double OneConnection, double EightConnections)
{
    private const string Insert =
        "INSERT INTO bench_limit (task_id, body) VALUES (@id, '{\"task_type\":\"test\",\"requirements\":{},\"priority\":5,\"payload\":{}}')";

    private const string Create = "CREATE TABLE IF NOT EXISTS bench_limit (task_id text PRIMARY KEY, body text NOT NULL)";

    public static async Task<InsertLimit> MeasurePostgresAsync(string connectionString, TimeSpan duration)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using (var create = source.CreateCommand(Create))
        {
            await create.ExecuteNonQueryAsync();
        }

        return new InsertLimit(await RateAsync(Open, 1, duration), await RateAsync(Open, 8, duration));

        async Task<DbConnection> Open() => await source.OpenConnectionAsync();
    }

    public static async Task<InsertLimit> MeasureSqliteAsync(TimeSpan duration)
    {
        var directory = Directory.CreateTempSubdirectory("aurora-bench-limit-");
        try
        {
            var connectionString = $"Data Source={Path.Combine(directory.FullName, "limit.db")};Pooling=False;Default Timeout=30";
            await using (var first = await Open())
            await using (var create = first.CreateCommand())
            {
                create.CommandText = Create;
                await create.ExecuteNonQueryAsync();
            }

            return new InsertLimit(await RateAsync(Open, 1, duration), await RateAsync(Open, 8, duration));

            async Task<DbConnection> Open()
            {
                var connection = new SqliteConnection(connectionString);
                await connection.OpenAsync();
                await using var pragma = connection.CreateCommand();
                pragma.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL";
                await pragma.ExecuteNonQueryAsync();
                return connection;
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<double> RateAsync(Func<Task<DbConnection>> open, int connections, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var rows = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () =>
        {
            await using var connection = await open();
            await using var insert = connection.CreateCommand();
            insert.CommandText = Insert;
            var id = insert.CreateParameter();
            (id.ParameterName, id.Value) = ("id", "");
            insert.Parameters.Add(id);
            if (connection is NpgsqlConnection)
            {
                await insert.PrepareAsync();
            }

            var count = 0;
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                id.Value = $"task_{connections}_{number}_{count++}";
                await insert.ExecuteNonQueryAsync();
            }

            return count;
        })));
        return Math.Round(rows.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }
}
