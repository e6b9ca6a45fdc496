using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Enough of the matching GPUs are large enough when they are empty.</summary>
internal sealed class GpuMemoryNominalCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        SuitableGpus.NthLargest(shape, node, gpu => gpu.MemoryBytes) is { } best && best < shape.MemoryBytesPerGpu
            ? Refusals.GpuMemoryTooSmall(shape.GpuCount, shape.MemoryBytesPerGpu, best)
            : null;
}
