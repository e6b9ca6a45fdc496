using System.Collections.Frozen;
using System.Globalization;
using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>Every node's answer to one task. It costs a visit to every node, for a person who asks.</summary>
internal sealed class PlacementExplainer(
    NodeTable table, WaitingTasks waiting, Reach reach, PlacementChooser chooser, WaitingReason reason, SmallestChange smallestChange, PlannerSettings settings)
{
    private static readonly IReadOnlyDictionary<string, double> NoTerms = FrozenDictionary<string, double>.Empty;

    public PlacementExplanation OfWaiting(QueueEntry entry, DateTimeOffset now)
    {
        var task = entry.Task;
        var policy = settings.PolicyOf(task, now);
        return new PlacementExplanation(
            task,
            reason.For(task.Shapes),
            waiting.PositionOf(entry),
            QueueKey.EffectivePriority(task, now, settings.AgingStep),
            Placement: null,
            Answers(task, policy))
        {
            SmallestChange = task.Shapes.Select(smallestChange.For).FirstOrDefault(change => change is not null),
        };
    }

    public PlacementExplanation OfPlaced(PlacedTask placed, DateTimeOffset now)
    {
        var task = placed.Placement.Task;
        var answers = Answers(task, placed.Policy);

        // Its own nodes are not asked whether it could take the task once more: their answer is the decision's.
        foreach (var nodeId in placed.Placement.Gang?.Select(member => member.NodeId) ?? [placed.Placement.NodeId])
        {
            answers[answers.FindIndex(answer => answer.NodeId == nodeId)] = new NodeAnswer(
                nodeId, [], placed.Score, placed.Terms?.Named(placed.Weights) ?? NoTerms);
        }

        return new PlacementExplanation(
            task,
            Summary(placed),
            QueuePosition: null,
            QueueKey.EffectivePriority(task, now, settings.AgingStep),
            placed.Placement,
            answers);
    }

    private List<NodeAnswer> Answers(PendingTask task, ScoringPolicy policy) =>
        [.. table.Nodes.OrderBy(node => node.Facts.NodeId, StringComparer.Ordinal).Select(node => Answer(task, policy, node))];

    private NodeAnswer Answer(PendingTask task, ScoringPolicy policy, TrackedNode node)
    {
        foreach (var shape in task.Shapes)
        {
            var (shapes, bytes) = (waiting.ClassOf(shape), shape.MemoryBytesPerGpu);
            if (chooser.ChooseOn(node.Ordinal, shapes, bytes, policy) is { } choice)
            {
                return new NodeAnswer(
                    node.Facts.NodeId, [], choice.Score, chooser.TermsOf(choice, shapes, bytes, policy).Named(policy.WeightsFor(node.Facts.Price.Tenure is NodeTenure.Owned)));
            }
        }

        // Of several shapes the one that is nearest to fitting is explained.
        var refusals = task.Shapes.Select(shape => FeasibilityChain.RefusalsOf(shape, node))
            .MinBy(all => (all.Any(refusal => refusal.Permanent), all.Count))!;
        if (reach.WhyNotRented(node.Ordinal, waiting.ClassOf(task.Shape)) is { } why)
        {
            refusals = [.. refusals, ReferenceEquals(why, reach.OwnedFirst) ? Refusals.OwnedFirst(why)
                : ReferenceEquals(why, Reach.HasTime) ? Refusals.AwaitsOwned(why) : Refusals.BudgetSpent(why)];
        }

        return new NodeAnswer(node.Facts.NodeId, refusals.Count == 0 && node.Kept is { } kept ? [Refusals.KeptForAnother(kept)] : refusals, Score: null, NoTerms);
    }

    private string Summary(PlacedTask placed)
    {
        var placement = placed.Placement;
        var where = placement.Gang is { } gang
            ? $"{gang.Count} nodes, {string.Join("; ", gang.Select(member => $"{member.NodeId} {OnGpus(member.Gpus)}"))}"
            : $"{placement.NodeId} {OnGpus(placement.Gpus)}";
        var why = placed.Score is { } score
            ? $"tasks of priority {placement.Task.Priority} are placed by '{placed.Policy.Name}', and this place scored "
                + score.ToString("0.###", CultureInfo.InvariantCulture)
            : "taken over from the store";
        var leaving = placed.LeavesFor switch
        {
            null => "",
            PlacedTask.LeavesForDrain => "; its node is drained, and it was asked to keep a checkpoint",
            var other => $"; it is preempted for {other}, {settings.WhyTurnIsBefore}, and was asked to keep a checkpoint",
        };
        return $"attempt {placement.Attempt} is on {where}: {why}{leaving}";
    }

    private static string OnGpus(IReadOnlyList<int> gpus) => gpus.Count switch
    {
        0 => "without a GPU",
        1 => $"on GPU {gpus[0]}",
        _ => $"on GPUs {string.Join(", ", gpus)}",
    };
}
