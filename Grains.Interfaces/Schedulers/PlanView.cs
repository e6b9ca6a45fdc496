using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>What would become of a task that is submitted now.</summary>
/// <param name="Status">"assigned" or "queued".</param>
/// <param name="Node">Where it would run; null when it would wait.</param>
/// <param name="Gpus">Indexes of that node's GPUs.</param>
/// <param name="Summary">Why there, or why it would wait, with the numbers.</param>
/// <param name="SmallestChange">What would let a waiting one start now.</param>
[GenerateSerializer, Immutable, Alias("aurora.plan")]
public sealed record PlanView(
    [property: Id(0)] string Status,
    [property: Id(1)] string? Node,
    [property: Id(2)] int[] Gpus,
    [property: Id(3)] string Summary,
    [property: Id(4)] RequirementChangeView? SmallestChange)
{
    /// <summary>The members of a gang by rank; empty for a task of one node, and when it would wait.</summary>
    [Id(5)]
    public GangMemberView[] Members { get; init; } = [];
}
