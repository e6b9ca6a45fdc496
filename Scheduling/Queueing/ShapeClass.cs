using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// The shapes that differ only in memory. All of them run on the same nodes and GPUs, so one number per node, its
/// reach, says which of their tasks fit there.
/// </summary>
internal sealed class ShapeClass(ShapeClassKey key, NodeVocabulary vocabulary)
{
    public ShapeClassKey Key { get; } = key;

    public int GpuCount { get; } = key.GpuCount;

    public LineTree Lines { get; } = new();

    /// <summary>Which announced task types and GPU types serve it.</summary>
    public ShapeMatch Match { get; } = new(key.TaskType, key.GpuType, vocabulary);

    /// <summary>Tasks that wait.</summary>
    public int Count { get; set; }

    /// <summary>Index among the classes with waiting tasks, kept by <see cref="WaitingTasks"/>; -1 when none waits.</summary>
    public int ActiveIndex { get; set; } = -1;

    /// <summary>What the drain knows of the class, kept by it.</summary>
    public ClassReach Reach { get; } = new();
}

/// <summary>A shape without its memory.</summary>
internal readonly record struct ShapeClassKey(string TaskType, string? GpuType, int GpuCount)
{
    public static ShapeClassKey Of(TaskShape shape) =>
        new(shape.TaskType, shape.GpuType, Math.Max(0, shape.GpuCount));
}

/// <summary>How much memory per GPU a task of a class may need and surely be placed.</summary>
internal sealed class ClassReach
{
    /// <summary>True while a task of the class waits that was never tried on every node.</summary>
    public bool Untried { get; set; }

    /// <summary>Largest placeable need in bytes per GPU; -1 when nothing of the class fits.</summary>
    public long Bytes { get; set; } = -1;

    /// <summary>The node that gives <see cref="Bytes"/>; -1 for none.</summary>
    public int Node { get; set; } = -1;

    /// <summary>The generation of freed capacity that it was computed for; -1 asks for a new computation.</summary>
    public long Generation { get; set; } = -1;
}
