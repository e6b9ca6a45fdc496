using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>What attempts cost: the price is written with the place, and charged with the end, whoever ends it.</summary>
internal sealed partial class SchedulerGrain
{
    private AttemptPrice PriceOf(Placement? placement) =>
        placement is not null && nodes.TryGetValue(placement.NodeId, out var node) ? node.PriceOf(placement) : default;

    /// <summary>Counts what an attempt cost that this grain ended.</summary>
    private void Charged(string? nodeId, in OperationOutcome outcome)
    {
        if (nodeId is not null && outcome.Applied)
        {
            instruments.AttemptCharged(nodeId, Pool, outcome.Charge);
        }
    }
}
