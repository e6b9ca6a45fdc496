using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Gpus;
using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Agent;

/// <summary>One node as it announces itself: GPUs, executor, limits and facts.</summary>
internal sealed class NodeDescription(string nodeId, IGpuInventory gpus, ITaskExecutor executor, int maxParallel, bool simulated)
{
    private readonly string instanceId = Guid.NewGuid().ToString("N");

    /// <summary>What the node keeps beyond its process.</summary>
    public IAttemptJournal Journal { get; init; } = new MemoryJournal();

    /// <summary>Whether attempts whose task does not choose end when the mesh is silent.</summary>
    public bool EndsWithLease { get; init; }

    /// <summary>Labels that the operator gave it.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The host name or address under which other nodes reach this one.</summary>
    public string Address { get; init; } = Environment.MachineName;

    /// <summary>The pools that it serves.</summary>
    public IReadOnlyList<string> Pools { get; init; } = [MeshConstants.DefaultPool];

    /// <summary>owned, on-demand or spot.</summary>
    public string Tenure { get; init; } = "owned";

    /// <summary>Money for one hour of it; null where nobody said.</summary>
    public double? PricePerHour { get; init; }

    public double? OnDemandPricePerHour { get; init; }

    public double? InterruptionsPerHour { get; init; }

    public string NodeId { get; } = nodeId;

    public IGpuInventory Gpus { get; } = gpus;

    public ITaskExecutor Executor { get; } = executor;

    // 'no_node_updates': this agent has no use for the registry, which a large mesh would send often.
    private static readonly string[] Features =
        ["attempts", "acks", "stop", "heartbeat", "output", NodeRegistration.PreemptFeature, NodeRegistration.GangFeature, "moved", "no_node_updates"];

    public async ValueTask<NodeRegistration> RegisterAsync(AttemptId[] running, string transport, CancellationToken cancellationToken)
    {
        var taskTypes = await Executor.GetTaskTypesAsync(cancellationToken);
        return new NodeRegistration(
            instanceId, [.. Gpus.Devices], maxParallel, [.. taskTypes], [.. Features], running, Facts(), transport);
    }

    /// <summary>Attempts at once when nobody chooses: work that shares GPUs, and work that needs none.</summary>
    public static int DefaultMaxParallel(int gpuCount) => Math.Max(4, Math.Max(Environment.ProcessorCount * 2, gpuCount * 4));

    private string Facts()
    {
        var facts = new JsonObject
        {
            ["os"] = RuntimeInformation.OSDescription,
            ["arch"] = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            ["agent_version"] = typeof(NodeDescription).Assembly.GetName().Version?.ToString(3),
            ["cpu_cores"] = Environment.ProcessorCount,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            ["simulated"] = simulated,
            ["address"] = Address,
        };
        if (ProcessIdentity.CurrentBoot is { Length: > 0 } boot)
        {
            facts["boot_id"] = boot;
        }

        facts["labels"] = LabelFacts(facts["arch"]!.GetValue<string>());
        if (Pools is not [MeshConstants.DefaultPool])
        {
            facts["pools"] = new JsonArray([.. Pools.Select(pool => (JsonNode)pool)]);
        }

        if (PricePerHour is { } price)
        {
            facts["price"] = new JsonObject { ["tenure"] = Tenure, ["per_hour"] = price };
            if (OnDemandPricePerHour is { } onDemand)
            {
                facts["price"]!["on_demand_per_hour"] = onDemand;
            }

            if (InterruptionsPerHour is { } interruptions)
            {
                facts["price"]!["interruptions_per_hour"] = interruptions;
            }
        }

        if (EndsWithLease)
        {
            facts[DisconnectLease.Member] = DisconnectLease.Kill;
        }

        Add(facts, Gpus.Facts);
        if (Executor is ExecutorSet executors)
        {
            Add(facts, executors.Facts);
        }

        return facts.ToJsonString();
    }

    private JsonObject LabelFacts(string arch)
    {
        var labels = new JsonObject
        {
            ["os"] = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux",
            ["arch"] = arch,
        };
        foreach (var (key, value) in Labels)
        {
            labels[key] = value;
        }

        return labels;
    }

    private static void Add(JsonObject facts, IReadOnlyDictionary<string, object> more)
    {
        foreach (var (name, value) in more)
        {
            facts[name] = JsonSerializer.SerializeToNode(value, value.GetType());
        }
    }
}
