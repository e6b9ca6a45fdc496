using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Enough of the matching GPUs have the memory free now.</summary>
internal sealed class GpuMemoryFreeCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        SuitableGpus.NthLargest(shape, node, gpu => gpu.MemoryBytes) >= shape.MemoryBytesPerGpu
        && SuitableGpus.NthLargest(shape, node, gpu => node.Ledger.FreeBytes(gpu.Index)) is { } best
        && best < shape.MemoryBytesPerGpu
            ? Refusals.GpuMemoryNotFree(shape.GpuCount, shape.MemoryBytesPerGpu, best)
            : null;
}
