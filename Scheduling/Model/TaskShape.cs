namespace Aurora.Scheduling.Model;

/// <summary>What a task needs, and nothing that tells it from another task with the same needs. Equal shapes wait in one line.</summary>
/// <param name="TaskType">A type that the node must announce.</param>
/// <param name="GpuCount">GPUs of one node; 0 for none.</param>
/// <param name="MemoryBytesPerGpu">Memory that must be free on each of them, in bytes; 0 when the task does not say.</param>
/// <param name="GpuType">A type whose tokens each GPU's type must contain, or null for any.</param>
public sealed record TaskShape(string TaskType, int GpuCount, long MemoryBytesPerGpu, string? GpuType)
{
    /// <summary>The most nodes of one task.</summary>
    public const int NodesMax = 64;

    // Beyond the first: what says nothing of nodes, an older recording say, needs one.
    private readonly int moreNodes;

    /// <summary>Different nodes that it needs at once, everything else on each of them; above 1 it is a gang. At least 1.</summary>
    public int Nodes
    {
        get => moreNodes + 1;
        init => moreNodes = Math.Max(0, value - 1);
    }

    /// <summary>The model that the node's inference servers must have, in the form in which nodes' models are compared; null for any.</summary>
    public string? Model { get; init; }

    /// <summary>Cores and host memory. A node that does not tell what it has is taken to have enough.</summary>
    public HostShare Host { get; init; }

    /// <summary>Labels that the node must carry.</summary>
    public LabelSet Labels { get; init; }

    /// <summary>A name: no node runs two tasks that have it. Null for a task that minds nobody.</summary>
    public string? AntiAffinity { get; init; }

    /// <summary>Whose line it waits in; null for the default tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Whether only owned nodes will do for now: the deadline leaves time to wait for one.</summary>
    public bool AwaitsOwned { get; init; }

    /// <summary>The same with at least so many bytes on each GPU; itself without GPUs.</summary>
    public TaskShape WithMemoryFloor(long bytes) =>
        GpuCount == 0 || MemoryBytesPerGpu >= bytes ? this : this with { MemoryBytesPerGpu = bytes };
}
