using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace Aurora.Testing;

/// <summary>PostgreSQL from this machine's binaries, with its data in a temporary folder or in one that is given.</summary>
internal sealed class LocalPostgres : IPostgresHost
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;
    private readonly PostgresSettings _settings;
    private Process? _server;

    private LocalPostgres(string binaries, string folder, PostgresSettings settings)
    {
        _binaries = binaries;
        _folder = folder;
        _settings = settings;
        _port = FreePort.Next();
        ConnectionString = $"Host=127.0.0.1;Port={_port};Username=aurora;Database=postgres";
    }

    public string ConnectionString { get; }

    /// <summary>The server's first process; 0 while it does not run.</summary>
    public int Pid => _server is { HasExited: false } server ? server.Id : 0;

    public int Port => _port;

    /// <summary>What the server wrote.</summary>
    public string Log => string.Concat(Directory.GetFiles(LogFolder).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private string Data => Path.Combine(_settings.DataFolder ?? _folder, "data");

    // Apart from the data, so that a full disk of the data can be told.
    private string LogFolder => Path.Combine(_folder, "log");

    /// <summary>Null when the machine has no PostgreSQL.</summary>
    public static Task<LocalPostgres?> TryStartAsync(PostgresSettings settings) => TryStartAsync(settings, async postgres =>
    {
        await postgres.RunAsync("initdb", "-D", postgres.Data, "-U", "aurora", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        if (settings.OtherAddress is { } address)
        {
            await File.AppendAllTextAsync(Path.Combine(postgres.Data, "pg_hba.conf"), $"host all all {address}/24 trust\n");
        }
    });

    /// <summary>A second server that follows this one, and refuses writes until it is promoted.</summary>
    public async Task<LocalPostgres> StartStandbyAsync() => (await TryStartAsync(new PostgresSettings(), standby => standby.RunAsync(
        "pg_basebackup", "-D", standby.Data, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync", "-h", "127.0.0.1", "-p", $"{_port}", "-U", "aurora")))!;

    private static async Task<LocalPostgres?> TryStartAsync(PostgresSettings settings, Func<LocalPostgres, Task> create)
    {
        if (PostgresBinaries.Find() is not { } binaries)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("aurora-postgres-").FullName;
        var postgres = new LocalPostgres(binaries, folder, settings);
        try
        {
            await UnprivilegedProcess.OwnAsync(folder);
            if (settings.DataFolder is { } data)
            {
                await UnprivilegedProcess.OwnAsync(data);
            }

            await create(postgres);
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
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string[] Addresses => _settings.OtherAddress is { } other ? ["127.0.0.1", other] : ["127.0.0.1"];

    private Process Start()
        => Process.Start(UnprivilegedProcess.Describe(
            Path.Combine(_binaries, "postgres"),
            "-D", Data, "-c", $"port={_port}", "-c", $"listen_addresses={string.Join(',', Addresses)}", "-c", $"unix_socket_directories={_folder}",
            "-c", "fsync=on", "-c", "max_connections=200", "-c", "logging_collector=on", "-c", $"log_directory={LogFolder}",
            "-c", $"max_wal_size={_settings.WalMegabytesMax}MB"))!;

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
