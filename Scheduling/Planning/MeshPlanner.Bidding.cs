using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Owned GPUs for the tasks that would cost most to rent, among those with a deadline and a known duration, where an operator wants it
/// (<see cref="PlannerSettings.OwnedOverbooking"/>) and there is more such work than fits. A task that leaves them goes to a rented place that
/// is free and in time; where there is none it has owned ones as ever. Those are filled one after the other then, so that whole nodes stay free for tasks
/// that need them.
/// </summary>
public sealed partial class MeshPlanner
{
    private readonly OwnedBid? ownedBid;

    private double NowHours => (shares.Now - DateTimeOffset.UnixEpoch).TotalHours;

    /// <summary>Counts a task that is new, and says whether it does well to wait for owned GPUs.</summary>
    /// <param name="task">The task.</param>
    /// <param name="rented">What it would cost to rent.</param>
    /// <param name="hoursPerHour">Hours on owned GPUs for an hour of its duration.</param>
    private bool MayWaitForOwned(PendingTask task, OfferQuote rented, double hoursPerHour)
    {
        // A task without a GPU takes none that a dearer one could have.
        if (ownedBid is null || task.Shape.GpuCount == 0)
        {
            return true;
        }

        var gpuHours = task.Shape.GpuCount * task.Duration!.Value.TotalHours * hoursPerHour;
        var saving = rented.Usd / gpuHours;
        if (task.Attempt == 0)
        {
            ownedBid.Advance(NowHours, nodes.Nodes.Sum(node => node.Available && nodes.Row(node.Ordinal).Owned > 0 ? node.Facts.Gpus.Count : 0));
            ownedBid.Observe(saving, gpuHours * task.Shape.Nodes);
        }

        return ownedBid.Takes(saving, freeAfter: 0);
    }

    /// <summary>The rented places for a task that saves too little to get owned ones; null for any other.</summary>
    private List<int>? LeavesOwnedToDearer(PricedPlaces places, ShapeClass shapes, TimeSpan duration, TimeSpan due, double one)
    {
        if (ownedBid is null || shapes.GpuCount == 0 || places.OwnedSpeed == 0
            || places.CheapestRented(Interruptions, shapes.GpuCount, duration, due, one) is not { } rented || rented.CautiousSeconds > due.TotalSeconds)
        {
            return null;
        }

        var (free, all) = (0.0, 0);
        for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
        {
            ref readonly var row = ref nodes.Row(ordinal);
            if (row.Owned > 0 && nodes.Nodes[ordinal].Available && reach.Nominal(ordinal, shapes) != Reach.Nothing)
            {
                free += FreeGpus(ordinal);
                all += row.GpuCount;
            }
        }

        var saving = rented.Usd / (shapes.GpuCount * duration.TotalHours * places.OwnedHoursPerHour);
        return ownedBid.Takes(saving, (free - shapes.GpusInAll) / Math.Max(1, all)) ? null : places.RentedOf(rented);
    }

    /// <summary>Of owned nodes those with least GPU memory free, where owned GPUs are scarce; otherwise and for a task of several nodes all of them.</summary>
    private List<int>? Fullest(List<int>? places, ShapeClass shapes)
    {
        if (ownedBid is null || shapes.Nodes > 1 || places is null or [] || nodes.Row(places[0]).Owned <= 0)
        {
            return places;
        }

        var least = places.Min(FreeGpus);
        return [.. places.Where(ordinal => FreeGpus(ordinal) <= least)];
    }

    /// <summary>GPUs' worth of memory that is free on a node.</summary>
    private double FreeGpus(int ordinal) => nodes.Row(ordinal).MemoryFree * nodes.Row(ordinal).GpuCount;

    private void RememberBid(OwnedBidMemory? memory)
    {
        if (memory is not null)
        {
            ownedBid?.SetAs(memory);
        }
    }
}
