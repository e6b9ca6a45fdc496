using System.Diagnostics;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Tasks of several nodes. All places of a gang are chosen before the first is taken, in one turn, so none ever holds some and waits for
/// more: two gangs that each want more than half of the mesh cannot block each other. A place that is kept for a gang is one on each of as
/// many nodes as it needs, those that come free first.
/// </summary>
public sealed partial class MeshPlanner
{
    /// <inheritdoc/>
    public bool ReleaseMember(string taskId, int attempt, string nodeId)
    {
        if (!placed.TryGetValue(taskId, out var task) || task.Placement.Attempt != attempt || task.Placement.Gang is not { } gang
            || gang.FirstOrDefault(member => member.NodeId == nodeId) is not { HasEnded: false } ended)
        {
            return false;
        }

        task.End(ended);
        Free(nodes.Find(nodeId)!, task.Placement, ended.Gpus);
        return true;
    }

    private Placement? TryPlaceGang(PendingTask task, ShapeClass shapes, ScoringPolicy policy, int? avoid, DateTimeOffset now)
    {
        var bytes = task.Shape.MemoryBytesPerGpu;
        var open = Enumerable.Range(0, nodes.Count).Where(ordinal => reach.Now(ordinal, shapes) is var fits && fits != Reach.Nothing && fits >= bytes).ToList();
        if (open.Count < shapes.Nodes)
        {
            return null;
        }

        if (avoid is { } last && open.Count > shapes.Nodes)
        {
            open.Remove(last);
        }

        if (CheapestInTime(task, shapes, open, avoid: null, now) is { } priced && priced.Count >= shapes.Nodes)
        {
            open = priced;
        }

        var choices = new Choice[shapes.Nodes];
        for (var rank = 0; rank < choices.Length; rank++)
        {
            choices[rank] = chooser.Choose(shapes, bytes, policy, open)
                ?? throw new UnreachableException($"{task.TaskId} fits {open.Count} nodes and none was chosen.");
            open.Remove(choices[rank].Node);
        }

        GangMember[] gang = [.. choices.Select(choice => new GangMember(nodes.Nodes[choice.Node].Facts.NodeId, nodes.Nodes[choice.Node].Facts.Epoch, choice.Gpus))];
        var placement = new Placement(task, task.Attempt + 1, gang[0].NodeId, gang[0].NodeEpoch, gang[0].Gpus) { Gang = gang };
        var terms = default(ScoreTerms);
        foreach (var choice in choices)
        {
            terms += chooser.TermsOf(choice, shapes, bytes, policy) * (1.0 / choices.Length);
        }

        placed.Add(task.TaskId, new PlacedTask(placement, nodes.Nodes[choices[0].Node], policy, now) { Terms = terms });
        foreach (var choice in choices)
        {
            Reserve(nodes.Nodes[choice.Node], PartOf(placement, choice.Gpus), task, shapes.Account);
        }

        return placement;
    }

    private void TakeOverGang(Placement placement)
    {
        foreach (var member in placement.Gang!.Where(member => !member.HasEnded))
        {
            TakeOver(FindOrAdd(member.NodeId, member.NodeEpoch), PartOf(placement, member.Gpus), placement.Task.Shape);
        }
    }

    private static PlainReservation PartOf(Placement placement, IReadOnlyList<int> gpus) => new(
        placement.Task.TaskId, placement.Attempt, gpus, placement.Task.Shape.MemoryBytesPerGpu, placement.Task.Shape.Host);

    private void FreeGang(Placement placement)
    {
        foreach (var member in placement.Gang!.Where(member => !member.HasEnded))
        {
            Free(nodes.Find(member.NodeId)!, placement, member.Gpus);
        }
    }

    /// <summary>Every place that is kept for the task; one for a task of one node.</summary>
    private List<(TrackedNode Node, KeptPlace Place)> PlacesOf(string taskId) =>
        [.. keptPlaces.Where(node => node.Kept!.TaskId == taskId).Select(node => (node, node.Kept!))];

    private void KeepAll(List<(TrackedNode Node, KeptPlace Place)> places, bool kept)
    {
        foreach (var (node, place) in places)
        {
            Keep(node, kept ? place : null);
        }
    }

    /// <summary>A place on each of the nodes that come free first, as many as the gang needs; null when the mesh has not so many.</summary>
    private List<(TrackedNode Node, KeptPlace Place)>? SoonestPlaces(QueueEntry entry, DateTimeOffset now)
    {
        List<(TrackedNode Node, KeptPlace Place)>? best = null;
        var soonest = DateTimeOffset.MaxValue;
        foreach (var shape in entry.Task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            var able = new List<(TrackedNode Node, DateTimeOffset At, int Ends, int[] Gpus)>();
            foreach (var node in nodes.Nodes)
            {
                if (node is { Available: true, Kept: null } && reach.WhyNotRented(node.Ordinal, shapes) is null
                    && reach.Nominal(node.Ordinal, shapes) is var idle && idle != Reach.Nothing && idle >= shape.MemoryBytesPerGpu
                    && FreeFrom(node, shapes, shape, now) is var (at, ends, gpus))
                {
                    able.Add((node, at, ends, gpus));
                }
            }

            if (able.Count < shape.Nodes)
            {
                continue;
            }

            var taken = able.OrderBy(each => (each.At, each.Ends)).ThenBy(each => each.Node.Ordinal).Take(shape.Nodes).ToList();
            if (best is null || taken[^1].At < soonest)
            {
                soonest = taken[^1].At;
                var start = soonest == DateTimeOffset.MaxValue ? (DateTimeOffset?)null : soonest;
                best = [.. taken.Select(each => (each.Node, new KeptPlace(entry.Task.TaskId, shape, each.Gpus, start)))];
            }
        }

        return best;
    }

    /// <summary>As for one node: the gang itself when all its places are free by now, one whose turn is before, or one that ends before they are needed.</summary>
    private Placement? TakeTurnAtGang(List<(TrackedNode Node, KeptPlace Place)> places, DateTimeOffset now)
    {
        var kept = places[0].Place;
        KeepAll(places, kept: false);
        if (waiting.Find(kept.TaskId) is not { } owner)
        {
            return freed.Earliest() is { } any ? Place(any, now) : null;
        }

        if (freed.Earliest() is { } next && (next.Task.TaskId == kept.TaskId || GoesBefore(next, owner)))
        {
            var placement = Place(next, now);
            if (next.Task.TaskId != kept.TaskId)
            {
                KeepAll(places, kept: true);
            }

            return placement;
        }

        Placement? filler = null;
        if (kept.Start is { } start && start > now)
        {
            foreach (var each in places)
            {
                filler ??= each.Node is { Available: true, Ledger.FreeSlots: > 0 } ? Fill(each.Node, kept, start, now) : null;
            }
        }

        KeepAll(places, kept: true);
        return filler;
    }
}
