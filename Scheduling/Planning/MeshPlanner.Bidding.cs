using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Owned GPUs for the tasks that would cost most to rent, among those with a deadline and a known duration, where an operator wants it
/// (<see cref="PlannerSettings.OwnedOverbooking"/>) and there is more such work than fits. A task that leaves them goes to a rented place that
/// is free and in time; where there is none it has owned ones as ever.
/// </summary>
public sealed partial class MeshPlanner
{
    private readonly OwnedBid? ownedBid;

    private double NowHours => (shares.Now - DateTimeOffset.UnixEpoch).TotalHours;

    /// <summary>Counts a task that is new, and says whether it does well to wait for owned GPUs.</summary>
    private bool MayWaitForOwned(PendingTask task, OfferQuote rented)
    {
        // A task without a GPU takes none that a dearer one could have.
        if (ownedBid is null || task.Shape.GpuCount == 0)
        {
            return true;
        }

        var gpuHours = task.Shape.GpuCount * task.Duration!.Value.TotalHours;
        var saving = rented.Usd / gpuHours;
        if (task.Attempt == 0)
        {
            ownedBid.Advance(NowHours, nodes.Nodes.Sum(node => node.Available && nodes.Row(node.Ordinal).Owned > 0 ? node.Facts.Gpus.Count : 0));
            ownedBid.Observe(saving, gpuHours * task.Shape.Nodes);
        }

        return ownedBid.Takes(saving, freeAfter: 0);
    }

    /// <summary>The rented places for a task that saves too little to get owned ones; null for any other.</summary>
    private List<int>? LeavesOwnedToDearer(PricedPlaces places, ShapeClass shapes, TimeSpan duration, TimeSpan due, double power)
    {
        if (ownedBid is null || shapes.GpuCount == 0 || places.OwnedPower == 0
            || places.CheapestRented(Interruptions, shapes.GpuCount, duration, due, power) is not { } rented || rented.CautiousSeconds > due.TotalSeconds)
        {
            return null;
        }

        var (free, all) = (0.0, 0);
        for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
        {
            ref readonly var row = ref nodes.Row(ordinal);
            if (row.Owned > 0 && nodes.Nodes[ordinal].Available && reach.Nominal(ordinal, shapes) != Reach.Nothing)
            {
                free += row.MemoryFree * row.GpuCount;
                all += row.GpuCount;
            }
        }

        var saving = rented.Usd / (shapes.GpuCount * duration.TotalHours);
        return ownedBid.Takes(saving, (free - shapes.GpuCount) / Math.Max(1, all)) ? null : places.RentedOf(rented);
    }

    private void RememberBid(OwnedBidMemory? memory)
    {
        if (memory is not null)
        {
            ownedBid?.SetAs(memory);
        }
    }
}
