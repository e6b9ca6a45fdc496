using Aurora.Scheduling.Routing;

namespace Aurora.Scheduling.Model;

/// <summary>What a node announced of itself.</summary>
/// <param name="Epoch">The registration; grows each time the node joins.</param>
/// <param name="MaxParallel">Attempts it runs at once; at least 1.</param>
/// <param name="TaskTypes">The task types it can run.</param>
public sealed record NodeFacts(
    string NodeId, long Epoch, IReadOnlyList<GpuFacts> Gpus, int MaxParallel, IReadOnlySet<string> TaskTypes)
{
    /// <summary>What its inference servers have; null for a node that does not tell, which is taken to serve any model.</summary>
    public ModelFacts? Models { get; init; }

    /// <summary>Cores and host memory for tasks; <see cref="HostShare.Unknown"/> for a node that does not tell.</summary>
    public HostShare Host { get; init; } = HostShare.Unknown;

    /// <summary>How its GPUs are linked; null for a node that does not tell.</summary>
    public GpuLinks? Links { get; init; }

    /// <summary>What it costs; owned and free for a node that does not tell.</summary>
    public NodePrice Price { get; init; }

    /// <summary>Labels that its operator gave it.</summary>
    public LabelSet Labels { get; init; }

    /// <summary>Whether its agent ends an attempt when asked to, and tells when it is gone; only attempts of such a node are preempted.</summary>
    public bool CanPreempt { get; init; } = true;

    /// <summary>Whether its agent understands that an attempt is one node's part of a gang.</summary>
    public bool TakesGangs { get; init; } = true;
}

/// <summary>What the inference servers of a node have. Names are in one form, so that equal models have equal names.</summary>
/// <param name="Available">Models that they serve.</param>
/// <param name="Loaded">Those of them that are in memory, so that an answer begins at once.</param>
/// <param name="Slots">Requests that they work at once; at least 1, or null for as many as the node runs attempts.</param>
public sealed record ModelFacts(IReadOnlySet<string> Available, IReadOnlySet<string> Loaded, int? Slots)
{
    /// <summary>How fast they are; nothing for a node that does not tell.</summary>
    public ServerSpeed Speed { get; init; }
}

/// <summary>One GPU of a node.</summary>
/// <param name="Index">Position on the node, from 0, equal to its place in <see cref="NodeFacts.Gpus"/>.</param>
/// <param name="Type">The vendor's product name.</param>
/// <param name="MemoryBytes">Nominal memory in bytes.</param>
public sealed record GpuFacts(int Index, string Type, long MemoryBytes);

/// <summary>What a node measured of itself.</summary>
/// <param name="CpuLoad">0 to 1.</param>
/// <param name="Gpus">The GPUs that report anything.</param>
public sealed record NodeLoad(double CpuLoad, IReadOnlyList<GpuLoad> Gpus);

/// <summary>What one GPU measures. Null is something that the device does not tell.</summary>
/// <param name="UsedBytes">Memory in use by anybody.</param>
/// <param name="Utilization">0 to 1.</param>
public readonly record struct GpuLoad(int Index, long? UsedBytes, double? Utilization);
