using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;
using Aurora.Chaos.Runner.Database;
using Aurora.Chaos.Runner.History;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Processes;
using Aurora.Chaos.Runner.Proxy;

namespace Aurora.Chaos.Runner.Running;

/// <summary>Everything that runs: database, silos, gateways, the proxies before them, simulated nodes and real agents.</summary>
internal sealed class MeshUnderChaos : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource stopping = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(3) };
    private readonly List<Task> running = [];

    private readonly SiloNetwork? network;

    private MeshUnderChaos(SiloNetwork? network, ChaosDatabase database, LinkRules links)
    {
        this.network = network;
        Database = database;
        Links = links;
    }

    public ChaosDatabase Database { get; }

    public LinkRules Links { get; }

    public List<MeshServer> Silos { get; } = [];

    public List<MeshServer> Gateways { get; } = [];

    public List<FaultProxy> Proxies { get; } = [];

    public List<SimulatedNode> Nodes { get; } = [];

    public List<RealAgent> RealAgents { get; } = [];

    public IEnumerable<MeshServer> Servers => Silos.Concat(Gateways);

    /// <summary>Where clients send their requests.</summary>
    public Uri[] Urls => [.. Servers.Select(server => server.Url)];

    public static async Task<MeshUnderChaos> StartAsync(RunPlan plan, string directory, HistoryFile<JournalEvent> journal)
    {
        Directory.CreateDirectory(Path.Combine(directory, "logs"));
        var network = plan.Networks ? SiloNetwork.Create(plan.Silos) : null;
        var mesh = new MeshUnderChaos(
            network, await ChaosDatabase.StartAsync(plan.Database, network is null ? null : SiloNetwork.HostAddress), new LinkRules(plan.Seed));
        try
        {
            await mesh.StartServersAsync(plan, directory);
            await mesh.StartAgentsAsync(plan, directory, journal);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The nodes that reach the mesh through these servers now. With a silo also those of every stand-alone gateway, which may
    /// go through it, and every real agent, whose way is its own choice.
    /// </summary>
    public string[] NodesBehind(IReadOnlyCollection<MeshServer> servers)
    {
        var affected = servers.Any(server => server.Role == ServerRole.Silo) ? [.. servers, .. Gateways] : servers;
        return
        [
            .. Proxies.Where(proxy => affected.Any(server => server.Url == proxy.Target)).SelectMany(proxy => proxy.Nodes())
                .Concat(RealAgents.Select(agent => agent.Name)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether the server says that it takes tasks.</summary>
    public async Task<bool> IsReadyAsync(MeshServer server)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(server.Url, "health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var node in Nodes)
        {
            node.Thaw();
            node.Revive();
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(RealAgents.Select(agent => agent.StopAsync()));
        foreach (var proxy in Proxies)
        {
            await proxy.DisposeAsync();
        }

        await Task.WhenAll(Gateways.Select(gateway => gateway.StopAsync()));
        await Task.WhenAll(Silos.Select(silo => silo.StopAsync()));
        foreach (var process in RealAgents.Cast<IDisposable>().Concat(Servers))
        {
            process.Dispose();
        }

        await Database.DisposeAsync();
        network?.Dispose();
        http.Dispose();
        stopping.Dispose();
    }

    private static async Task WaitAsync(string what, Func<Task<bool>> isReached, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isReached())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Not reached within {patience.TotalSeconds:F0} s: {what}.");
            }

            await Task.Delay(LookInterval);
        }
    }

    private async Task StartServersAsync(RunPlan plan, string directory)
    {
        for (var number = 1; number <= plan.Silos; number++)
        {
            Silos.Add(MeshServer.Silo($"silo-{number}", directory, Database.ConnectionString, network is null ? null : number, plan.From));
        }

        for (var number = 1; number <= plan.Gateways; number++)
        {
            Gateways.Add(MeshServer.Gateway($"gateway-{number}", directory, Database.ConnectionString, plan.From));
        }

        foreach (var server in Servers)
        {
            server.Start();
            if (server.Role == ServerRole.Silo && server == Silos[0])
            {
                await WaitAsync($"{server.Name} is ready", () => IsReadyAsync(server), StartPatience);
                await Database.AuditAsync($"{server.Name}.1");
            }
        }

        foreach (var server in Servers)
        {
            await WaitAsync($"{server.Name} is ready", () => IsReadyAsync(server), StartPatience);
            Proxies.Add(new FaultProxy(server.Url, Links));
        }
    }

    private async Task StartAgentsAsync(RunPlan plan, string directory, HistoryFile<JournalEvent> journal)
    {
        var ways = Proxies.Where(proxy => !plan.NodesBehindGateways || Gateways.Exists(gateway => gateway.Url == proxy.Target)).Select(proxy => proxy.Url).ToList();
        for (var number = 1; number <= plan.Agents; number++)
        {
            var node = new SimulatedNode($"sim-{number}", ways, plan.AgentSlots, unchecked((plan.Seed * 104729) + number), journal);
            Nodes.Add(node);
            running.Add(node.RunAsync(stopping.Token));
        }

        for (var number = 1; number <= plan.RealAgents; number++)
        {
            var agent = new RealAgent($"real-{number}", directory, Proxies[number % Proxies.Count].Url, maxParallel: 4, plan.From);
            RealAgents.Add(agent);
            agent.Start();
        }

        await WaitAsync("every simulated node is registered", () => Task.FromResult(Nodes.TrueForAll(node => node.IsRegistered)), StartPatience);
        foreach (var agent in RealAgents)
        {
            await WaitAsync($"{agent.Name} is registered", () => IsKnownAsync(agent.Name), StartPatience);
        }
    }

    private async Task<bool> IsKnownAsync(string node)
    {
        var nodes = await http.GetStringAsync(new Uri(Silos[0].Url, "mesh/nodes"));
        return nodes.Contains($"\"{node}\"", StringComparison.Ordinal);
    }
}
