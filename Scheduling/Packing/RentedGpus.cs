namespace Aurora.Scheduling.Packing;

/// <summary>
/// GPUs that are rented while somebody uses them. A shared task goes to the GPU whose oldest task has run longest: what has
/// run long tends to run on, so that GPU is paid for anyway, and the others fall idle sooner. Not thread-safe.
/// </summary>
/// <param name="unitsPerGpu">The size of one GPU in the units that shared demands are given in; at least 1.</param>
/// <param name="keepIdleSeconds">How long an idle GPU is kept; at least 0.</param>
public sealed class RentedGpus(int unitsPerGpu, double keepIdleSeconds)
{
    private readonly List<RentedGpu> kept = [];
    private int rented;

    /// <summary>Every GPU that was given back so far or is kept still.</summary>
    public List<RentedGpu> All { get; } = [];

    /// <summary>GPUs for a task that starts now, by their place in <see cref="All"/>; rents what is missing.</summary>
    public int[] Take(int task, in PackDemand demand, double nowSeconds)
    {
        demand.Validate();
        GiveBackIdle(nowSeconds);
        var units = demand.Exclusive ? unitsPerGpu : demand.UnitsPerGpu;
        var isShared = !demand.Exclusive;
        var chosen = kept.Where(gpu => gpu.Free >= units)
            .OrderByDescending(gpu => isShared ? gpu.OldestStart is { } start ? nowSeconds - start : -1 : gpu.IdleSince)
            .ThenBy(gpu => gpu.Free)
            .ThenBy(gpu => gpu.Number)
            .Take(demand.Gpus).ToList();
        while (chosen.Count < demand.Gpus)
        {
            var fresh = new RentedGpu(rented++, unitsPerGpu, nowSeconds);
            kept.Add(fresh);
            All.Add(fresh);
            chosen.Add(fresh);
        }

        foreach (var gpu in chosen)
        {
            gpu.Take(task, units, nowSeconds);
        }

        return [.. chosen.Select(gpu => gpu.Number).Order()];
    }

    /// <summary>The task has ended.</summary>
    public void Return(int task, IReadOnlyList<int> gpus, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(gpus);
        foreach (var gpu in gpus)
        {
            All[gpu].Return(task, nowSeconds);
        }
    }

    private void GiveBackIdle(double nowSeconds) =>
        kept.RemoveAll(gpu => gpu.OldestStart is null && gpu.IdleSince + keepIdleSeconds <= nowSeconds);
}
