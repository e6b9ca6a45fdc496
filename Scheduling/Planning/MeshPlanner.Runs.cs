using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// In a flood a task that needs no more than a slot follows the one before it to its node, so that an order carries several of them. Nodes are
/// as evenly loaded as without, but for <see cref="RunMax"/> tasks at most, and the next run goes where the fewest are.
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

        var choice = chooser.Choose(shapes, bytes, policy);
        (shapes.RunNode, shapes.RunLeft) = choice is null ? (-1, 0) : (choice.Node, RunMax - 1);
        return choice;
    }

    private static bool NeedsOnlySlot(ShapeClass shapes) =>
        shapes is { GpuCount: 0, NeedsModel: false, Nodes: 1, AntiAffinity: null } && shapes.Host == default;
}
