using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurora.Bench.EndToEnd.Http;

namespace Aurora.Bench.EndToEnd.Processes;

/// <summary>The real silo and, beside it, a real agent process with simulated nodes.</summary>
internal sealed class MeshUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly Executables executables;
    private readonly string dataDirectory;
    private readonly BenchDatabase? database;
    private readonly Dictionary<string, string> siloEnvironment;
    private ChildProcess silo;
    private HttpConnection? control;
    private readonly List<ChildProcess> agents = [];

    private MeshUnderTest(Executables executables, BenchDatabase? database)
    {
        this.executables = executables;
        this.database = database;
        dataDirectory = Directory.CreateTempSubdirectory("aurora-bench-").FullName;
        Server = new IPEndPoint(IPAddress.Loopback, FreePort());
        siloEnvironment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://{Server}",
            ["AURORA_DATA_DIR"] = dataDirectory,
            ["AURORA_LOCAL_NODE"] = "false",
            ["AURORA_SILO_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["AURORA_GATEWAY_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["ConnectionStrings__Aurora"] = database?.ConnectionString ?? "",
        };
        silo = ChildProcess.Start(executables.Silo, [], siloEnvironment);
    }

    public IPEndPoint Server { get; }

    /// <summary>Starts a silo over a database of its own on <paramref name="postgres"/>, or over SQLite where that is null.</summary>
    public static async Task<MeshUnderTest> StartAsync(Executables executables, string? postgres)
    {
        var mesh = new MeshUnderTest(executables, postgres is null ? null : await BenchDatabase.CreateAsync(postgres));
        try
        {
            await mesh.WaitUntilReadyAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Replaces the agent process by one with this many nodes, and waits until the mesh has them.</summary>
    public async Task JoinAsync(int nodes, int maxParallel)
    {
        await LeaveAsync();
        StartAgent("default", nodes, maxParallel);
        await WaitAsync(status => status.Nodes == nodes, StartTimeout, $"{nodes} nodes joined");
    }

    /// <summary>Replaces the agent processes by one for each pool with this many nodes, and waits until the mesh has them.</summary>
    public async Task JoinPoolsAsync(IReadOnlyCollection<string> pools, int nodesEach, int maxParallel)
    {
        await LeaveAsync();
        foreach (var pool in pools)
        {
            StartAgent(pool, nodesEach, maxParallel);
        }

        await WaitAsync(status => status.Nodes == nodesEach * pools.Count, StartTimeout, $"{nodesEach} nodes of each pool joined");
    }

    /// <summary>Starts the agent process and does not wait for its nodes.</summary>
    public void BeginToJoin(int nodes, int maxParallel) => StartAgent("default", nodes, maxParallel);

    /// <summary>Kills the silo and starts it again over the same database; returns when it is ready.</summary>
    public async Task RestartSiloAsync()
    {
        control?.Dispose();
        control = null;
        await silo.DisposeAsync();
        silo = ChildProcess.Start(executables.Silo, [], siloEnvironment);
        await WaitUntilReadyAsync();
    }

    /// <summary>Resident memory of the silo in MB: now, and the most since it started. Linux only.</summary>
    public (long Now, long Most) SiloMegabytes()
    {
        var lines = File.ReadAllLines($"/proc/{silo.Id}/status");
        return (Read("VmRSS:"), Read("VmHWM:"));

        long Read(string name) => long.Parse(
            lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^" kB".Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) / 1000;
    }

    /// <summary>Ends the agent processes and waits until the mesh has no node.</summary>
    public async Task LeaveAsync()
    {
        if (agents.Count > 0)
        {
            await EndAgentsAsync();
            await WaitAsync(status => status.Nodes == 0, StartTimeout, "every node left");
        }
    }

    public CpuMeter CpuMeter()
    {
        var processes = new Dictionary<string, int> { ["silo"] = silo.Id };
        foreach (var (number, agent) in agents.Index())
        {
            processes[agents.Count == 1 ? "agent" : $"agent {number + 1}"] = agent.Id;
        }

        return new CpuMeter(processes, database?.Postmaster);
    }

    public async Task<MeshStatus> StatusAsync()
    {
        while (true)
        {
            // A mesh that has more to do than it can answer for says so, and is asked again, as by every client.
            var answer = await control!.SendAsync(HttpRequests.MeshStatus);
            if (answer.Status != 503)
            {
                return MeshStatus.Parse(answer.EnsureOk().Body);
            }

            await Task.Delay(PollInterval);
        }
    }

    /// <exception cref="TimeoutException">The mesh did not get there in time.</exception>
    public async Task<MeshStatus> WaitAsync(Func<MeshStatus, bool> isReached, TimeSpan timeout, string what)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            silo.EnsureRunning();
            agents.ForEach(agent => agent.EnsureRunning());
            var status = await StatusAsync();
            if (isReached(status))
            {
                return status;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not reached within {timeout}: {what}. {status}\nsilo:\n{silo.Output}\nagent:\n{agents.LastOrDefault()?.Output}");
            }

            await Task.Delay(PollInterval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        control?.Dispose();
        await EndAgentsAsync();
        await silo.DisposeAsync();
        Directory.Delete(dataDirectory, recursive: true);
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    private void StartAgent(string pool, int nodes, int maxParallel) => agents.Add(ChildProcess.Start(
        executables.NodeAgent,
        [
            "--simulate", nodes.ToString(CultureInfo.InvariantCulture), "--max-parallel", maxParallel.ToString(CultureInfo.InvariantCulture),
            "--pools", pool, "--name-prefix", $"sim-{pool}",
        ],
        new Dictionary<string, string>
        {
            ["MESH_COORDINATOR_URL"] = $"http://{Server}",
            ["AURORA_DATA_DIR"] = Path.Combine(dataDirectory, "agent", pool),
            ["NODE_NAME"] = "bench",
        }));

    private async Task EndAgentsAsync()
    {
        foreach (var agent in agents)
        {
            await agent.DisposeAsync();
        }

        agents.Clear();
    }

    private async Task WaitUntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            silo.EnsureRunning();
            try
            {
                control ??= await HttpConnection.ConnectAsync(Server);
                if ((await control.SendAsync(HttpRequests.Get("/health/ready"))).Status == 200)
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // Not listening yet.
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"The silo was not ready within {StartTimeout}.\n{silo.Output}");
            }

            await Task.Delay(PollInterval);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What the bench reads of <c>/mesh/status</c>.</summary>
internal sealed record MeshStatus(int Nodes, long Queued, long Active, long Completed)
{
    public static MeshStatus Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new MeshStatus(
            root.GetProperty("total_nodes").GetInt32(),
            root.GetProperty("queued_tasks").GetInt64(),
            root.GetProperty("active_tasks").GetInt64(),
            root.GetProperty("completed_tasks").GetInt64());
    }
}
