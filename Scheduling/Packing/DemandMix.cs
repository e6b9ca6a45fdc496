namespace Aurora.Scheduling.Packing;

/// <summary>
/// The tasks that are expected: classes of equal demands and how often each comes. Tasks without a GPU are left out, since
/// what is to be kept usable are GPUs.
/// </summary>
public sealed class DemandMix
{
    private DemandMix(IReadOnlyList<PackDemand> classes, IReadOnlyList<double> shares) => (Classes, Shares) = (classes, shares);

    /// <summary>The share of all tasks that the classes must cover, most frequent first. The long tail costs time and changes allocation by less than 0.05 points.</summary>
    public const double CoverDefault = 0.97;

    public IReadOnlyList<PackDemand> Classes { get; }

    /// <summary>How often each class comes; they sum to 1.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>The mix of classes that were counted before.</summary>
    internal static DemandMix From(IReadOnlyList<PackDemand> classes, IReadOnlyList<double> shares) => new(classes, shares);

    /// <summary>The most frequent classes that make up <paramref name="cover"/> of the tasks; of equal frequency the one seen first.</summary>
    public static DemandMix Of(IEnumerable<PackDemand> tasks, double cover = CoverDefault)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var counts = new Dictionary<PackDemand, (int First, int Count)>();
        var total = 0;
        foreach (var task in tasks)
        {
            counts[task] = counts.TryGetValue(task, out var seen) ? (seen.First, seen.Count + 1) : (total, 1);
            total++;
        }

        var covered = 0;
        var classes = new List<(PackDemand Demand, int Count)>();
        foreach (var (demand, (_, count)) in counts.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Value.First))
        {
            if (covered >= cover * total)
            {
                break;
            }

            covered += count;
            if (demand.Gpus > 0)
            {
                classes.Add((demand, count));
            }
        }

        var sum = (double)classes.Sum(each => each.Count);
        return new DemandMix([.. classes.Select(each => each.Demand)], [.. classes.Select(each => each.Count / sum)]);
    }
}
