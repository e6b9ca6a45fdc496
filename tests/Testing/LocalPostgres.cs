using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace Aurora.Testing;

/// <summary>PostgreSQL from this machine's binaries, with its data in a temporary folder.</summary>
internal sealed class LocalPostgres : IPostgresHost
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;
    private Process? _server;

    private LocalPostgres(string binaries, string folder, int port)
    {
        _binaries = binaries;
        _folder = folder;
        _port = port;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=aurora;Database=postgres";
    }

    public string ConnectionString { get; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Null when the machine has no PostgreSQL.</summary>
    public static async Task<LocalPostgres?> TryStartAsync()
    {
        if (PostgresBinaries.Find() is not { } binaries)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("aurora-postgres-").FullName;
        var postgres = new LocalPostgres(binaries, folder, FreePort.Next());
        try
        {
            await UnprivilegedProcess.OwnAsync(folder);
            await postgres.RunAsync("initdb", "-D", postgres.Data, "-U", "aurora", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
            await postgres.RestartAsync();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public async Task KillAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            using (server)
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync();
            }
        }
    }

    /// <summary>A killed server's last children may hold its data for a moment: start again until it answers.</summary>
    public async Task RestartAsync()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (_server is null or { HasExited: true })
            {
                _server?.Dispose();
                _server = Start();
            }

            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=2");
                await connection.OpenAsync();
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or SocketException && clock.Elapsed < StartDeadline)
            {
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start()
        => Process.Start(UnprivilegedProcess.Describe(
            Path.Combine(_binaries, "postgres"),
            "-D", Data, "-c", $"port={_port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}",
            "-c", "fsync=on", "-c", "max_connections=200", "-c", "logging_collector=on"))!;

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(UnprivilegedProcess.Describe(Path.Combine(_binaries, program), arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error.Trim()}");
        }
    }
}
