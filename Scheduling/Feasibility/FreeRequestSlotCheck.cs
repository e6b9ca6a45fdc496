using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>The node's inference servers have a place for one more request.</summary>
internal sealed class FreeRequestSlotCheck : IFeasibilityCheck
{
    public Refusal? Check(TaskShape shape, TrackedNode node) =>
        shape.Model is not null && node.Requests >= node.RequestSlots && node.Ledger.FreeSlots > 0
            ? Refusals.NoFreeRequestSlot(node.Requests, node.RequestSlots)
            : null;
}
