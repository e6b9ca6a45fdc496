using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// In a flood a task that needs no more than a slot follows the one before it to its node, so that an order carries several of them. Runs go
/// round the nodes.
/// </summary>
public sealed partial class MeshPlanner
{
    /// <summary>Tasks that go to one node in a row: with as many an order is worth its call.</summary>
    public const int RunMax = 8;

    /// <summary>
    /// Whether tasks are placed in runs: set while so many come that their orders wait to gather. It concerns those that name no GPU, model, cores and
    /// host memory, and nobody to be kept apart from.
    /// </summary>
    public bool PlacesInRuns { get; set; }

    private Choice? ChooseFreely(ShapeClass shapes, long bytes, ScoringPolicy policy, IReadOnlyList<int>? among, int? avoid)
    {
        if (!PlacesInRuns || among is not null || avoid is not null || !NeedsOnlySlot(shapes))
        {
            // What a flood left of its last run is not taken up by the next.
            shapes.RunLeft = 0;
            return chooser.Choose(shapes, bytes, policy, among, avoid ?? -1);
        }

        if (shapes.RunLeft > 0 && chooser.ChooseOn(shapes.RunNode, shapes, bytes, policy) is { } next)
        {
            shapes.RunLeft--;
            return next;
        }

        if (chooser.Choose(shapes, bytes, policy) is not { } best)
        {
            shapes.RunLeft = 0;
            return null;
        }

        var choice = NextInTurn(best, shapes, bytes, policy);
        (shapes.RunNode, shapes.RunLeft) = (choice.Node, RunMax - 1);
        return choice;
    }

    /// <summary>
    /// The next node in turn that is not worse than the best by more than a run takes off the best. By score alone a small difference in load would
    /// decide one run after the other, since the attempts of the last one have ended.
    /// </summary>
    private Choice NextInTurn(Choice best, ShapeClass shapes, long bytes, ScoringPolicy policy)
    {
        var enough = best.Score - (policy.Weights.NodeFewTasks * (1 - (1.0 / (1 + RunMax))));
        for (var step = 1; step <= nodes.Count; step++)
        {
            if (chooser.ChooseOn((shapes.RunNode + step) % nodes.Count, shapes, bytes, policy) is { } next && next.Score >= enough)
            {
                return next;
            }
        }

        return best;
    }

    private static bool NeedsOnlySlot(ShapeClass shapes) =>
        shapes is { GpuCount: 0, NeedsModel: false, Nodes: 1, AntiAffinity: null } && shapes.Host == default;
}
