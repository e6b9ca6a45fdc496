using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node may start one more attempt.</summary>
internal sealed class FreeSlotCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        node.Ledger.FreeSlots > 0 ? null : Refusals.NoFreeSlot(node.Ledger.HeldCount + node.Ledger.ForeignCount, node.Facts.MaxParallel);
}
