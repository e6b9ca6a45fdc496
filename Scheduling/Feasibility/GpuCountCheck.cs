using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node has as many GPUs as the task needs at once.</summary>
internal sealed class GpuCountCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        shape.GpuCount <= node.Facts.Gpus.Count ? null : Refusals.TooFewGpus(shape.GpuCount, node.Facts.Gpus.Count);
}
