using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// The shapes that differ only in memory. All of them run on the same nodes and GPUs, so one number per node, its
/// reach, says which of their tasks fit there.
/// </summary>
internal sealed class ShapeClass(ShapeClassKey key, NodeVocabulary vocabulary, TenantAccount account)
{
    // One shape each, by a hash of its memory.
    private const int RememberedBits = 3;

    private readonly TaskShape?[] remembered = new TaskShape?[1 << RememberedBits];

    public ShapeClassKey Key { get; } = key;

    public int GpuCount { get; } = key.GpuCount;

    /// <summary>Nodes that each of its tasks needs at once; above 1 they are gangs.</summary>
    public int Nodes { get; } = key.Nodes;

    /// <summary>GPUs on all of them.</summary>
    public int GpusInAll { get; } = key.GpuCount * key.Nodes;

    /// <summary>Whether its tasks are requests to an inference server.</summary>
    public bool NeedsModel { get; } = key.Model is not null;

    public HostShare Host { get; } = key.Host;

    public string? AntiAffinity { get; } = key.AntiAffinity;

    /// <summary>Whether its tasks must not go to rented nodes for now.</summary>
    public bool AwaitsOwned { get; } = key.AwaitsOwned;

    /// <summary>The tenant whose tasks it has.</summary>
    public TenantAccount Account { get; } = account;

    public LineTree Lines { get; } = new();

    /// <summary>Which announced task types, models and GPU types serve it.</summary>
    public ShapeMatch Match { get; } = new(key, vocabulary);

    /// <summary>Tasks that wait.</summary>
    public int Count { get; set; }

    /// <summary>Index among the classes with waiting tasks, kept by <see cref="WaitingTasks"/>; -1 when none waits.</summary>
    public int ActiveIndex { get; set; } = -1;

    /// <summary>What the drain knows of the class, kept by it.</summary>
    public ClassReach Reach { get; } = new();

    /// <summary>The node that its tasks follow each other to, kept by the planner.</summary>
    public int RunNode { get; set; } = -1;

    /// <summary>How many more of its tasks may follow, kept by the planner.</summary>
    public int RunLeft { get; set; }

    /// <summary>The task with the shape of an earlier one where that is equal and not long ago: of thousands that run, most have the shape of another.</summary>
    public PendingTask ShareShape(PendingTask task)
    {
        ref var known = ref remembered[(int)((ulong)task.Shape.MemoryBytesPerGpu * 0x9E3779B97F4A7C15 >> (64 - RememberedBits))];
        if (ReferenceEquals(known, task.Shape))
        {
            return task;
        }

        if (known != task.Shape)
        {
            known = task.Shape;
            return task;
        }

        return task with { Shape = known };
    }
}
