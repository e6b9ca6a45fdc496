using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace Aurora.Testing;

/// <summary>PostgreSQL in a container of Docker or Podman.</summary>
internal sealed class ContainerPostgres : IPostgresHost
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    private readonly string _engine;
    private readonly string _id;

    private ContainerPostgres(string engine, string id, int port)
    {
        _engine = engine;
        _id = id;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=aurora;Password=aurora;Database=postgres";
    }

    public string ConnectionString { get; }

    /// <summary>Null when no container engine answers.</summary>
    public static async Task<ContainerPostgres?> TryStartAsync()
    {
        foreach (var engine in new[] { "docker", "podman" })
        {
            // A port that the engine picks would change when the container starts again.
            var port = FreePort.Next();
            var id = await RunAsync(
                engine, "run", "--detach", "--publish", $"127.0.0.1:{port}:5432", "--env", "POSTGRES_USER=aurora", "--env",
                "POSTGRES_PASSWORD=aurora", "postgres:17");
            if (id is not null)
            {
                var postgres = new ContainerPostgres(engine, id, port);
                await postgres.WaitAsync();
                return postgres;
            }
        }

        return null;
    }

    // Pausing would freeze the server; stopping its process keeps the container, its data and its port.
    public Task KillAsync() => RunAsync(_engine, "kill", _id);

    public async Task RestartAsync()
    {
        await RunAsync(_engine, "start", _id);
        await WaitAsync();
    }

    public async ValueTask DisposeAsync() => await RunAsync(_engine, "rm", "--force", "--volumes", _id);

    private static async Task<string?> RunAsync(string engine, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(engine, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await error;
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private async Task WaitAsync()
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=2");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (clock.Elapsed < StartDeadline)
            {
                await Task.Delay(100);
            }
        }
    }
}
