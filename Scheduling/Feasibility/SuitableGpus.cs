using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The GPUs of a node that a task's type allows.</summary>
internal static class SuitableGpus
{
    public static IEnumerable<GpuFacts> Of(TaskShape shape, TrackedNode node) =>
        shape.GpuType is not { } wanted
            ? node.Facts.Gpus
            : node.Facts.Gpus.Where(gpu => GpuTypeName.Matches(wanted, gpu.Type));

    /// <summary>
    /// The least of some measure among the task's best GPUs here, as many as it needs; null when it needs none or too few are suitable.
    /// </summary>
    public static long? NthLargest(TaskShape shape, TrackedNode node, Func<GpuFacts, long> measure)
    {
        if (shape.GpuCount <= 0)
        {
            return null;
        }

        var measures = Of(shape, node).Select(measure).OrderDescending().ToList();
        return measures.Count >= shape.GpuCount ? measures[shape.GpuCount - 1] : null;
    }
}
