using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Routing;

namespace Aurora.Scheduling.Scoring;

/// <summary>What a priority values in a place. Scores only compare places that are feasible.</summary>
internal sealed record ScoringPolicy(string Name, ScoreTerms Weights)
{
    private const int PowerfulFrom = 8;
    private const int BalancedFrom = 3;

    /// <summary>What counts of a rented node, when that differs: of equal ones the first is the one that stays paid for anyway. Null for no difference.</summary>
    public ScoreTerms? OnRented { get; init; }

    /// <summary>The request whose first token is due; null where no time is set.</summary>
    public RequestTiming? Timing { get; init; }

    /// <summary>By profile; under the balanced one 8 and above: the most powerful GPU; 3 to 7: balance over all GPUs; below: the least loaded node.</summary>
    /// <remarks>Where a task has several GPUs, how these are linked counts as well; the name stays.</remarks>
    public static ScoringPolicy For(PendingTask task, PlacementProfile profile) => task switch
    {
        { Shape: { GpuCount: <= 0, Model: not null } } => WithModel.Policy,
        { Shape.GpuCount: <= 0 } => WithoutGpu.Policy,
        _ when profile is PlacementProfile.Pack => RoomKept.Policy,
        _ when profile is PlacementProfile.Cost => OfGpus(task, CheapestGpu.Policy, CheapestGpu.ForSeveral),
        { Priority: >= PowerfulFrom } => OfGpus(task, MostPowerfulGpu.Policy, MostPowerfulGpu.ForSeveral),
        { Priority: >= BalancedFrom } => OfGpus(task, BalancedGpus.Policy, BalancedGpus.ForSeveral),
        _ => OfGpus(task, LeastLoadedNode.Policy, LeastLoadedNode.ForSeveral),
    };

    /// <summary>The same policy that also counts how fast a task's GPUs reach each other; the other weights shrink by it.</summary>
    /// <param name="weight">In [0, 1).</param>
    public ScoringPolicy CountingLinks(double weight) =>
        this with
        {
            Weights = (Weights * (1 - weight)) + new ScoreTerms(Linked: weight),
            OnRented = OnRented is { } rented ? (rented * (1 - weight)) + new ScoreTerms(Linked: weight) : null,
        };

    /// <summary>What counts of a node.</summary>
    public ScoreTerms WeightsFor(bool owned) => owned ? Weights : OnRented ?? Weights;

    private static ScoringPolicy OfGpus(PendingTask task, ScoringPolicy one, ScoringPolicy several) => task.Shape.GpuCount > 1 ? several : one;
}
