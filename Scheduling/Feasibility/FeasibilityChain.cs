using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>All checks, in the order in which people fix things. A node with no refusal can take the task now.</summary>
internal static class FeasibilityChain
{
    private static readonly IFeasibilityCheck[] Checks =
    [
        new NodeAvailableCheck(),
        new TaskTypeCheck(),
        new GangCheck(),
        new ModelCheck(),
        new LabelsCheck(),
        new HostCheck(),
        new GpuCountCheck(),
        new GpuTypeCheck(),
        new GpuMemoryNominalCheck(),
        new GpuMemoryFreeCheck(),
        new FreeSlotCheck(),
        new FreeRequestSlotCheck(),
        new AntiAffinityCheck(),
    ];

    public static IReadOnlyList<Refusal> RefusalsOf(TaskShape shape, TrackedNode node) =>
        [.. Checks.Select(check => check.Check(shape, node)).OfType<Refusal>()];
}
