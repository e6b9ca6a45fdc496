using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Enough of the GPUs are of the type that the task names.</summary>
internal sealed class GpuTypeCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node)
    {
        if (shape.GpuType is not { } gpuType || shape.GpuCount <= 0 || node.Facts.Gpus.Count < shape.GpuCount)
        {
            return null;
        }

        var matching = SuitableGpus.Of(shape, node).Count();
        return matching >= shape.GpuCount
            ? null
            : Refusals.GpuTypeMismatch(
                shape.GpuCount, gpuType, matching, node.Facts.Gpus.Select(gpu => gpu.Type));
    }
}
