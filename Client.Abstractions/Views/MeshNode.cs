namespace Aurora.Client.Abstractions.Views;

/// <summary>One node of the mesh.</summary>
/// <param name="GpuType">The types of its GPUs; <c>CPU</c> for none.</param>
/// <param name="GpuMemory">Memory of all its GPUs in whole GB.</param>
/// <param name="Status"><c>active</c>, or why it gets no work.</param>
/// <param name="LastSeenAt">The last sign of life.</param>
/// <param name="CpuLoad">Host CPU use, 0 to 1.</param>
/// <param name="MaxParallel">Tasks that it runs at once.</param>
public sealed record MeshNode(
    int GpuCount, string GpuType, long GpuMemory, string Status, int ActiveTasks, long CompletedTasks, DateTimeOffset LastSeenAt,
    string? Transport, double CpuLoad, int MaxParallel, IReadOnlyList<string> TaskTypes, IReadOnlyList<MeshGpu> Gpus)
{
    /// <summary>The node's name.</summary>
    public string NodeId { get; init; } = "";

    /// <summary>Why it takes no work, where the node says so itself; null otherwise.</summary>
    public string? StatusReason { get; init; }
}

/// <summary>One GPU of a node. A null is something that the device does not tell.</summary>
/// <param name="MemoryBytes">Nominal memory.</param>
/// <param name="ReservedBytes">Memory that the mesh has given to tasks.</param>
/// <param name="MemoryUsedBytes">Memory in use by anybody.</param>
/// <param name="Utilization">0 to 1.</param>
public sealed record MeshGpu(
    int Index, string Type, long MemoryBytes, long ReservedBytes, string? Uuid, double? MemoryUsedBytes, double? Utilization,
    double? TemperatureCelsius, double? PowerWatts)
{
    /// <summary>What went wrong on it so far; null where the device does not tell.</summary>
    public IReadOnlyList<MeshGpuError>? Errors { get; init; }
}

/// <summary>How often one thing went wrong on a GPU.</summary>
/// <param name="Kind"><c>ecc_corrected</c> and <c>ecc_uncorrected</c> are errors of its memory, <c>xid</c> one of NVIDIA's numbered errors.</param>
/// <param name="Xid">The number of an <c>xid</c>, 1 to 1,023; null for the other kinds.</param>
/// <param name="Count">Since the driver was loaded; of an <c>xid</c> since the agent watches.</param>
public sealed record MeshGpuError(string Kind, int? Xid, long Count);
