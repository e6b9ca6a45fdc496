using Aurora.Bench.Traces.Queue;
using Aurora.Scheduling.Cost;

namespace Aurora.Bench.Traces.Cost;

/// <summary>Starts every job at its submission, on owned GPUs that are free and worth it or on the cheapest offer in time.</summary>
internal sealed class CostReplay(IReadOnlyList<RentalOffer> offers, InterruptionModel interruptions, CostPlant plant)
{
    private readonly CheapestInTime chooser = new(offers, interruptions);
    private readonly OwnedBid bid = new(plant.Overbooking);
    private readonly int owned = plant.Nodes * CostPlant.GpusPerNode;
    private readonly int[] free = [.. Enumerable.Repeat(CostPlant.GpusPerNode, plant.Nodes)];
    private readonly PriorityQueue<(int Node, int Gpus)[], double> ends = new();

    public List<string> Rows { get; } = [];

    public double RentedUsd { get; private set; }

    public int Missed { get; private set; }

    /// <param name="job">The job; its speeds are by offer, and owned GPUs have speed 1.</param>
    /// <param name="seed">Seed of the interruptions.</param>
    public void Submit(QueueJob job, int seed)
    {
        var now = job.SubmittedSeconds;
        var gpus = job.Task.Gpus;
        var due = (2 * job.WorkLeft) + 3_600;
        while (ends.TryPeek(out var ended, out var at) && at <= now)
        {
            ends.Dequeue();
            foreach (var (node, count) in ended)
            {
                free[node] += count;
            }
        }

        var quote = chooser.Choose(gpus, job.WorkLeft, job.Task.SpeedByType, due);
        var gpuHours = job.WorkLeft / 3_600 * gpus;
        var saving = quote.Usd / gpuHours;
        bid.Advance(now / 3_600, owned);
        bid.Observe(saving, gpuHours);
        var run = job.WorkLeft;
        if (owned > 0 && bid.Takes(saving, (free.Sum() - gpus) / (double)owned) && Owned(gpus) is { } place)
        {
            foreach (var (node, count) in place)
            {
                free[node] -= count;
            }

            ends.Enqueue(place, now + run);
            Rows.Add(FormattableString.Invariant(
                $"{job.Id},owned,{now:0.######},{string.Join(';', place.Select(share => $"{share.Node}:{share.Gpus}"))}"));
        }
        else
        {
            var offer = offers[quote.Offer];
            run = SpotLuck.RunSeconds(
                seed,
                job.Task.Ordinal,
                job.WorkLeft / job.Task.SpeedByType[quote.Offer],
                gpus,
                offer.InterruptionsPerHour,
                interruptions.CheckpointSeconds,
                interruptions.RestartSeconds);
            RentedUsd += run / 3_600 * gpus * offer.UsdPerGpuHour;
            Rows.Add(FormattableString.Invariant($"{job.Id},{offer.Name},{now:0.######},"));
        }

        Missed += run > due ? 1 : 0;
    }

    private (int Node, int Gpus)[]? Owned(int gpus)
    {
        if (gpus > CostPlant.GpusPerNode)
        {
            var whole = Enumerable.Range(0, free.Length).Where(node => free[node] == CostPlant.GpusPerNode)
                .Take((gpus + CostPlant.GpusPerNode - 1) / CostPlant.GpusPerNode).ToArray();
            return whole.Length * CostPlant.GpusPerNode >= gpus ? [.. whole.Select(node => (node, CostPlant.GpusPerNode))] : null;
        }

        var fits = Enumerable.Range(0, free.Length).Where(node => free[node] >= gpus).OrderBy(node => free[node]).Take(1).ToArray();
        return fits.Length == 1 ? [(fits[0], gpus)] : null;
    }
}
