using System.Globalization;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// A place that is kept for the task that goes first and fits nowhere (EASY backfill: Lifka, JSSPP 1995): one at a time, so that the
/// mesh is not full of GPUs that wait. What runs there ends as it ends; nobody else starts there who would delay it. Beside it there is one
/// for each task for which others are being preempted.
/// </summary>
public sealed partial class MeshPlanner
{
    // Tasks at the head of the line that are looked at, for a place to keep or to fill one that is kept.
    private const int HeadMax = 64;

    // What attempts left behind may take a moment to be measured as free.
    private static readonly TimeSpan ClearedFor = TimeSpan.FromSeconds(30);

    private readonly List<TrackedNode> keptPlaces = [];

    /// <inheritdoc/>
    public void KeepPlace(DateTimeOffset now)
    {
        shares.Tell(now);
        foreach (var node in keptPlaces.ToList())
        {
            if (node.Kept is not { } kept)
            {
                // Given up with another of its gang.
                continue;
            }

            if (!node.Available || !waiting.Contains(kept.TaskId) || kept.GivenUpAt <= now
                || reach.Nominal(node.Ordinal, waiting.ClassOf(kept.Shape)) < kept.Shape.MemoryBytesPerGpu
                || reach.WhyNotRented(node.Ordinal, waiting.ClassOf(kept.Shape)) is not null)
            {
                KeepAll(PlacesOf(kept.TaskId), kept: false);
            }
            else if (kept is { ByPreemption: true, GivenUpAt: null } && !IsBeingCleared(node))
            {
                Keep(node, kept with { GivenUpAt = now + ClearedFor });
            }
        }

        if (settings.ReserveAfter == TimeSpan.Zero || waiting.Count == 0 || keptPlaces.Exists(node => !node.Kept!.ByPreemption))
        {
            return;
        }

        foreach (var entry in HeadEntries().Where(entry => PlaceOf(entry.Task.TaskId) is null))
        {
            if (now - entry.Task.SubmittedAt < settings.ReserveAfter)
            {
                return;
            }

            if (entry.Task.Shape.Nodes > 1)
            {
                if (SoonestPlaces(entry, now) is { } places)
                {
                    KeepAll(places, kept: true);
                    return;
                }
            }
            else if (SoonestPlace(entry, now) is var (node, place))
            {
                Keep(node, place);
                return;
            }
        }
    }

    private IEnumerable<QueueEntry> HeadEntries() =>
        waiting.Head(HeadMax).Select(task => waiting.Find(task.TaskId)!)
            .Where(entry => entry.Task.Shapes.All(shape => shape.GpuCount > 0 || shape.Nodes > 1) && WhyHeldBack(entry.Task.Shapes) is null);

    private void Keep(TrackedNode node, KeptPlace? place)
    {
        if (place is null)
        {
            keptPlaces.Remove(node);
        }
        else if (node.Kept is null)
        {
            keptPlaces.Add(node);
        }

        node.Kept = place;
        Renew(node);
    }

    /// <summary>The node on which a place is kept for the task; null for none.</summary>
    private TrackedNode? PlaceOf(string taskId) => keptPlaces.Find(node => node.Kept!.TaskId == taskId);

    /// <summary>Of all nodes that could run the task when idle, the one whose GPUs come free first; null when there is none.</summary>
    private (TrackedNode Node, KeptPlace Place)? SoonestPlace(QueueEntry entry, DateTimeOffset now)
    {
        (TrackedNode Node, KeptPlace Place)? best = null;
        var soonest = (At: DateTimeOffset.MaxValue, Ends: int.MaxValue);
        foreach (var shape in entry.Task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            foreach (var node in nodes.Nodes)
            {
                if (node is { Available: true, Kept: null } && reach.WhyNotRented(node.Ordinal, shapes) is null && reach.Nominal(node.Ordinal, shapes) >= shape.MemoryBytesPerGpu
                    && FreeFrom(node, shapes, shape, now) is var (at, ends, gpus) && (best is null || (at, ends).CompareTo(soonest) < 0))
                {
                    soonest = (at, ends);
                    best = (node, new KeptPlace(entry.Task.TaskId, shape, gpus, at == DateTimeOffset.MaxValue ? null : at));
                }
            }
        }

        return best;
    }

    /// <summary>When a node has room for a shape if its attempts end as expected, how many of them must end before, and on which GPUs.</summary>
    private (DateTimeOffset At, int Ends, int[] Gpus)? FreeFrom(TrackedNode node, ShapeClass shapes, TaskShape shape, DateTimeOffset now)
    {
        var free = Enumerable.Range(0, node.Facts.Gpus.Count).Select(node.Ledger.FreeBytes).ToArray();
        var host = node.Ledger.FreeHost;
        var slots = node.Ledger.FreeSlots;
        var (at, ends) = (now, 0);
        foreach (var (task, end) in AttemptsOn(node).Select(task => (task, End: EndOf(task, now))).OrderBy(each => each.End))
        {
            if (Pick() is { } gpus)
            {
                return (at, ends, gpus);
            }

            foreach (var gpu in task.Placement.GpusOn(node.Facts.NodeId).Where(gpu => gpu < free.Length))
            {
                free[gpu] = Math.Min(node.Facts.Gpus[gpu].MemoryBytes, free[gpu] + task.Placement.Task.Shape.MemoryBytesPerGpu);
            }

            host += task.Placement.Task.Shape.Host;
            slots++;
            (at, ends) = (end, ends + 1);
        }

        return Pick() is { } last ? (at, ends, last) : null;

        int[]? Pick()
        {
            if (slots == 0 || !host.Covers(shape.Host))
            {
                return null;
            }

            var row = nodes.Row(node.Ordinal);
            var types = nodes.GpusOf(row);
            var gpus = new List<int>(shape.GpuCount);
            for (var gpu = 0; gpu < free.Length && gpus.Count < shape.GpuCount; gpu++)
            {
                if (free[gpu] >= shape.MemoryBytesPerGpu && shapes.Match.AcceptsGpu(types[gpu].Type))
                {
                    gpus.Add(gpu);
                }
            }

            return gpus.Count == shape.GpuCount ? [.. gpus] : null;
        }
    }

    private IEnumerable<PlacedTask> AttemptsOn(TrackedNode node) =>
        node.Ledger.Reservations.OrderBy(held => held.TaskId, StringComparer.Ordinal).Select(held => placed[held.TaskId]);

    private DateTimeOffset EndOf(PlacedTask task, DateTimeOffset now)
    {
        if (task is { LeavesFor: null, Placement.Task.Duration: { } duration })
        {
            // One that is overdue is taken to need half as long again as it took.
            var left = task.At + duration - now;
            return now + (left > TimeSpan.Zero ? left : (now - task.At) / 2);
        }

        return LeftOf(task, now) is { } expected ? now + expected : DateTimeOffset.MaxValue;
    }

    /// <summary>
    /// With nothing left that fits elsewhere: a task whose place is kept, when it fits by now; one whose turn is before; or one that is
    /// expected to end before the place is needed. Null when there is none.
    /// </summary>
    private Placement? TakeTurnAtKeptPlace(DateTimeOffset now)
    {
        foreach (var node in keptPlaces.ToList())
        {
            if (node.Kept is { Shape.Nodes: > 1 } part)
            {
                if (PlacesOf(part.TaskId) is var places && places[0].Node == node && TakeTurnAtGang(places, now) is { } ofGang)
                {
                    return ofGang;
                }
            }
            else if (node is { Available: true, Ledger.FreeSlots: > 0, Kept: { } kept } && TakeTurnAt(node, kept, now) is { } placement)
            {
                return placement;
            }
        }

        return null;
    }

    private Placement? TakeTurnAt(TrackedNode node, KeptPlace kept, DateTimeOffset now)
    {
        Keep(node, null);
        if (waiting.Find(kept.TaskId) is not { } owner)
        {
            return freed.Earliest() is { } any ? Place(any, now) : null;
        }

        if (freed.Earliest() is { } next && (next.Task.TaskId == kept.TaskId || TakesFrom(owner, next, kept)))
        {
            var placement = Place(next, now);
            if (next.Task.TaskId != kept.TaskId)
            {
                Keep(node, kept);
            }

            return placement;
        }

        if (kept.ByPreemption && WhyHeldBack(owner.Task.Shapes) is null && PlaceOn(node, owner, now) is { } own)
        {
            return own;
        }

        var filler = kept.Start is { } start && start > now ? Fill(node, kept, start, now) : null;
        Keep(node, kept);
        return filler;
    }

    // What attempts left for is not taken by them or by others of no higher priority, whatever their tenants' shares are by then: the same
    // attempts would be asked to leave again and again.
    private bool TakesFrom(QueueEntry owner, QueueEntry next, KeptPlace kept) =>
        kept.ByPreemption ? next.Task.Priority >= owner.Task.Priority && next.GoesBefore(owner) : GoesBefore(next, owner);

    private Placement? PlaceOn(TrackedNode node, QueueEntry entry, DateTimeOffset now)
    {
        foreach (var place in entry.Places ?? [entry])
        {
            if (TryPlace(place.Task, place.Line.Shapes, [node.Ordinal], now) is { } placement)
            {
                waiting.Remove(entry);
                return placement;
            }
        }

        return null;
    }

    private Placement? Fill(TrackedNode node, KeptPlace kept, DateTimeOffset start, DateTimeOffset now)
    {
        foreach (var task in waiting.Head(HeadMax))
        {
            if (task.TaskId == kept.TaskId || task.Shape.Nodes > 1 || WhyHeldBack(task.Shapes) is not null || AtMost(task) is not { } duration || now + duration > start)
            {
                continue;
            }

            if (PlaceOn(node, waiting.Find(task.TaskId)!, now) is { } placement)
            {
                return placement;
            }
        }

        return null;
    }

    /// <summary>How long a task runs at most, as far as anybody can tell.</summary>
    private TimeSpan? AtMost(PendingTask task) => task.Duration ?? durations.AtMost(task.Shape);

    private Placement? Place(QueueEntry entry, DateTimeOffset now)
    {
        waiting.Remove(entry);
        return TryPlace(entry, now);
    }

    private bool GoesBefore(QueueEntry one, QueueEntry other) => shares.Matter ? shares.GoesBefore(one, other) : one.GoesBefore(other);

    private string? WhyKept(PendingTask task)
    {
        if (PlaceOf(task.TaskId) is not { Kept: { } kept } node)
        {
            return null;
        }

        if (kept.Shape.Nodes > 1)
        {
            return $"a place on each of {string.Join(", ", PlacesOf(task.TaskId).Select(each => each.Node.Facts.NodeId))} is kept for it"
                + (kept.Start is { } from ? string.Create(CultureInfo.InvariantCulture, $" from about {from:u}") : "");
        }

        var place = $"GPU {string.Join(", ", kept.Gpus)} of {node.Facts.NodeId} is kept for it";
        var leaving = AttemptsOn(node).Where(each => each.LeavesFor is not null).Select(each => each.Placement.Task.TaskId).ToList();
        return kept.ByPreemption
            ? leaving.Count > 0
                ? $"{place}; {string.Join(", ", leaving)} {(service is null ? "of lower priority" : "whose turn is later")} was asked to leave it and to keep a checkpoint"
                : place
            : place + (kept.Start is { } start ? string.Create(CultureInfo.InvariantCulture, $" from about {start:u}") : "");
    }
}
