using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Scoring;

/// <summary>What a priority values in a place. Scores only compare places that are feasible.</summary>
internal sealed record ScoringPolicy(string Name, ScoreTerms Weights)
{
    private const int PowerfulFrom = 8;
    private const int BalancedFrom = 3;

    /// <summary>By profile; under the balanced one 8 and above: the most powerful GPU; 3 to 7: balance over all GPUs; below: the least loaded node.</summary>
    public static ScoringPolicy For(PendingTask task, PlacementProfile profile) => task switch
    {
        { Shape: { GpuCount: <= 0, Model: not null } } => WithModel.Policy,
        { Shape.GpuCount: <= 0 } => WithoutGpu.Policy,
        _ when profile is PlacementProfile.Pack => RoomKept.Policy,
        _ when profile is PlacementProfile.Cost => CheapestGpu.Policy,
        { Priority: >= PowerfulFrom } => MostPowerfulGpu.Policy,
        { Priority: >= BalancedFrom } => BalancedGpus.Policy,
        _ => LeastLoadedNode.Policy,
    };
}
