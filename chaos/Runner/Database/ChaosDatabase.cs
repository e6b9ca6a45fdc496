using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Processes;
using Aurora.Testing;
using Npgsql;

namespace Aurora.Chaos.Runner.Database;

/// <summary>The run's PostgreSQL: its faults, the notes of its triggers, and its tables after the run.</summary>
internal sealed class ChaosDatabase : IAsyncDisposable
{
    private readonly PostgresServer? server;
    private readonly PostgresPair? pair;
    private readonly SmallDisk? disk;
    private List<int> frozen = [];

    private ChaosDatabase(PostgresServer? server, PostgresPair? pair, SmallDisk? disk, string connectionString)
    {
        this.server = server;
        this.pair = pair;
        this.disk = disk;
        ConnectionString = connectionString;
    }

    /// <summary>The server's TCP port.</summary>
    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    /// <summary>For the silos; a name of the connection comes behind it.</summary>
    public string ConnectionString { get; }

    private PostgresServer Server => server ?? throw new InvalidOperationException("This run has two servers; it can fail over and nothing else.");

    private string Own => ConnectionString + (pair is null ? "" : ";Target Session Attributes=primary") + ";Pooling=false;Timeout=3;Command Timeout=120;Application Name=chaos";

    /// <summary>Starts a server of the run's own. Refuses one that may lose commits.</summary>
    /// <param name="otherAddress">An address of this machine on which it listens as well, and which the silos use; null for loopback only.</param>
    public static async Task<ChaosDatabase> StartAsync(DatabaseKind kind, string? otherAddress = null)
    {
        var database = await CreateAsync(kind, otherAddress);
        if (await database.ScalarAsync("SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')") is not "on on")
        {
            throw new InvalidOperationException("fsync and synchronous_commit must be on: a run on another server proves nothing.");
        }

        return database;
    }

    private static async Task<ChaosDatabase> CreateAsync(DatabaseKind kind, string? otherAddress)
    {
        if (kind is DatabaseKind.SynchronousPair or DatabaseKind.AsynchronousPair)
        {
            var pair = await PostgresPair.StartAsync(kind == DatabaseKind.SynchronousPair);
            return new ChaosDatabase(null, pair, null, await pair.CreateDatabaseAsync());
        }

        var disk = kind == DatabaseKind.SmallDisk ? SmallDisk.Mount() : null;
        var server = await PostgresServer.StartOwnAsync(
            disk is null && otherAddress is null ? null : new PostgresSettings(disk?.Folder, otherAddress, WalMegabytesMax: disk is null ? 1024 : 64));
        var connection = await server.CreateDatabaseAsync();
        return new ChaosDatabase(
            server, null, disk, otherAddress is null ? connection : new NpgsqlConnectionStringBuilder(connection) { Host = otherAddress }.ConnectionString);
    }

    /// <summary>Begins to note changes; the schema must exist, and <paramref name="leader"/> is taken to hold the epochs that do.</summary>
    public async Task AuditAsync(string leader)
    {
        await using var connection = await OpenAsync();
        foreach (var statement in AuditSchema.Create.Split("\n\n"))
        {
            await using var command = new NpgsqlCommand(statement.Replace("$1", $"'{leader}'", StringComparison.Ordinal), connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Tasks that have not ended; null while the database does not answer.</summary>
    public async Task<long?> CountOpenAsync()
    {
        try
        {
            return (long)(await ScalarAsync("SELECT count(*) FROM tasks WHERE completed_at IS NULL"))!;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    public Task KillAsync() => Server.KillAsync();

    public Task RestartAsync() => Server.RestartAsync();

    /// <summary>Leaves no room on the disk.</summary>
    public void FillDisk() => disk!.Fill();

    /// <summary>Gives the room back, and starts a server that ended for the lack of it; true when the server had complained.</summary>
    public async Task<bool> FreeDiskAsync()
    {
        disk!.Free();
        await Server.RestartAsync();
        return Server.Log.Contains("No space left on device", StringComparison.Ordinal);
    }

    /// <summary>
    /// Stops what brings the standby the primary's commits, and a moment later kills the primary; then also what was stopped, so
    /// that nothing arrives any more that was on its way.
    /// </summary>
    public async Task<bool> LosePrimaryAsync(TimeSpan lag)
    {
        using var receiver = StoppedProcess.StopChildrenOf(pair!.StandbyPid, "walreceiver");
        await System.Threading.Tasks.Task.Delay(lag);
        await pair.KillPrimaryAsync();
        receiver.Kill();
        return pair.PrimaryPid == 0;
    }

    public Task PromoteAsync() => pair!.PromoteAsync();

    /// <summary>Stops every process of the server where it stands; false when they are not to be found on this machine.</summary>
    public async Task<bool> FreezeAsync()
    {
        var backend = (int)(await ScalarAsync("SELECT pg_backend_pid()"))!;
        if (ProcessTree.ParentOf(backend) is not { } postmaster || postmaster <= 1)
        {
            return false;
        }

        frozen = [postmaster];
        Signal.Send(postmaster, Signal.Stop);
        foreach (var child in ProcessTree.ChildrenOf(postmaster))
        {
            frozen.Add(child);
            Signal.Send(child, Signal.Stop);
        }

        return await ProcessTree.StandsStillAsync(postmaster);
    }

    public void Thaw()
    {
        foreach (var pid in Enumerable.Reverse(frozen))
        {
            Signal.Send(pid, Signal.Continue);
        }

        frozen = [];
    }

    /// <summary>Writes the tables for the checker.</summary>
    public async Task DumpAsync(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "dump")).FullName;
        await using var connection = await OpenAsync();
        await WriteAsync(connection, AuditSchema.ReadTaskEvents, Path.Combine(folder, "task_events.jsonl"), reader => reader.GetString(0));
        await WriteAsync(connection, AuditSchema.ReadEpochs, Path.Combine(folder, "epochs.jsonl"), reader => reader.GetString(0));
        await WriteAsync(connection, AuditSchema.ReadTasks, Path.Combine(folder, "tasks.jsonl"), Task);
    }

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (pair?.DisposeAsync() ?? ValueTask.CompletedTask);
        disk?.Dispose();
    }

    private static string Task(NpgsqlDataReader reader)
    {
        var payload = Parse(reader, 5);
        var result = Parse(reader, 6);
        var task = new StoredTask
        {
            TaskId = reader.GetString(0),
            Key = payload?[Workload.KeyMember]?.GetValue<string>(),
            Nodes = payload?[Workload.NodesMember]?.GetValue<int>() ?? 1,
            Phase = (StoredPhase)reader.GetInt16(1),
            Attempt = reader.GetInt32(2),
            NodeId = reader.IsDBNull(3) ? null : reader.GetString(3),
            NodeEpoch = reader.GetInt64(4),
            ResultDigest = result?[Workload.DataMember]?.GetValue<string>() is { } data ? Workload.DigestOf(data) : null,
            ResultAttempt = result?[Workload.DataMember] is null ? null : result["attempt"]?.GetValue<int>(),
            ResultNode = result?[Workload.DataMember] is null ? null : result["node"]?.GetValue<string>(),
            Error = reader.IsDBNull(7) ? null : reader.GetString(7),
        };
        return JsonSerializer.Serialize(task, EvidenceJson.Default.StoredTask);
    }

    private static JsonObject? Parse(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : JsonNode.Parse(reader.GetString(column)) as JsonObject;

    private static async Task WriteAsync(NpgsqlConnection connection, string sql, string file, Func<NpgsqlDataReader, string> line)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await using var writer = new StreamWriter(file);
        while (await reader.ReadAsync())
        {
            await writer.WriteLineAsync(line(reader));
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(Own);
        await connection.OpenAsync();
        return connection;
    }
}
