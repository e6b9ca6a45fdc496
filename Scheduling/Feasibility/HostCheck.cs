using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The machine has the cores and the memory, and they are free.</summary>
internal sealed class HostCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        !node.Facts.Host.Covers(shape.Host) ? Refusals.HostTooSmall(shape.Host, node.Facts.Host)
        : !node.Ledger.FreeHost.Covers(shape.Host) ? Refusals.HostTaken(shape.Host, node.Ledger.FreeHost)
        : null;
}
