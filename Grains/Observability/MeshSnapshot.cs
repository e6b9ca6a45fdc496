using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Observability;

/// <summary>The mesh at one moment, as its scheduler sees it, for the gauges.</summary>
/// <param name="Placed">Attempts that hold a place in the pool.</param>
/// <param name="Connected">Nodes that serve the pool and hold a lease; one of several pools is counted in each.</param>
/// <param name="Nodes">The nodes whose first pool this is, so that each is shown once.</param>
internal sealed record MeshSnapshot(int Placed, int Connected, NodeReading[] Nodes)
{
    /// <summary>Nodes that vanished with more than half of the others, whose attempts are left alone.</summary>
    public int Held { get; init; }
}

/// <summary>What waits, by type and class of priority, and since when the oldest of a class waits.</summary>
internal sealed record QueueSnapshot(Dictionary<(string TaskType, string PriorityClass), int> Counts, Dictionary<string, DateTimeOffset> Oldest);

/// <summary>One node.</summary>
/// <param name="Placed">Attempts that hold a place on it.</param>
/// <param name="Gpus">Empty while it is not connected.</param>
internal sealed record NodeReading(string NodeId, string Status, bool IsConnected, bool IsDraining, DateTimeOffset LastSeen, int Placed, GpuMeasured[] Gpus)
{
    /// <summary>Whether it is rented, and has been idle for so long that it should be given back.</summary>
    public bool IsReleaseAdvised { get; init; }
}

/// <summary>One GPU of a connected node.</summary>
internal readonly record struct GpuMeasured(GpuIdentity Identity, long MemoryBytes, long ReservedBytes, GpuTelemetry Telemetry);

/// <summary>What a GPU is.</summary>
internal sealed record GpuIdentity(int Index, string Uuid, string Model, string Vendor, string DriverVersion, string MigProfile);
