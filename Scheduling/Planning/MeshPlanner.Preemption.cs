using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Who leaves for whom. Only attempts of a lower priority whose turn is also later, none of priority 8 and above, and where turns go by service
/// those of equal priority as well; of all places the one whose attempts matter least: the lowest priorities, then the fewest attempts,
/// then the youngest, or those whose turn is last. What leaves holds its memory until its node has told that it is gone.
/// </summary>
/// <remarks>
/// No task is preempted for ever: its place in line grows older with it, and after (p - q) ageing steps no newcomer of priority p goes
/// before a task of priority q. Whom it left for has a higher priority, which it cannot preempt in turn.
/// </remarks>
public sealed partial class MeshPlanner
{
    private const int NeverPreempted = 8;

    // A search visits every node.
    private const int SearchesMax = 8;

    /// <inheritdoc/>
    public Preemption? Preempt(DateTimeOffset now)
    {
        shares.Tell(now);
        if (!settings.Preemption || waiting.Count == 0 || placed.Count == 0)
        {
            return null;
        }

        var lowest = placed.Values.Min(task => task.Placement.Task.Priority);
        var inVain = new List<PendingTask>();
        foreach (var entry in HeadEntries())
        {
            var task = entry.Task;
            if (!MayHaveLeave(task, lowest) || task.Shapes.Any(shape => shape.Model is not null || shape.Nodes > 1)
                || PlaceOf(task.TaskId) is { Kept.ByPreemption: true } || inVain.Exists(other => IsNoEasier(task, other)))
            {
                continue;
            }

            if (inVain.Count == SearchesMax)
            {
                return null;
            }

            if (LeastHarm(entry) is not var (node, shape, gpus, victims))
            {
                inVain.Add(task);
                continue;
            }

            if (PlaceOf(task.TaskId) is { } reserved)
            {
                Keep(reserved, null);
            }

            Keep(node, new KeptPlace(task.TaskId, shape, gpus, Start: null) { ByPreemption = true });
            victims.ForEach(victim => victim.LeavesFor = task.TaskId);
            if (victims.Count > 0)
            {
                return new Preemption(task, node.Facts.NodeId, [.. victims.Select(victim => victim.Placement)]);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void MarkLeaving(string taskId, int attempt, string forTask)
    {
        if (placed.TryGetValue(taskId, out var task) && task.Placement.Attempt == attempt)
        {
            task.LeavesFor = forTask;
        }
    }

    /// <inheritdoc/>
    public string? LeavesFor(string taskId) => placed.GetValueOrDefault(taskId)?.LeavesFor;

    private bool IsBeingCleared(TrackedNode node) => node.Ledger.Reservations.Any(held => placed[held.TaskId].LeavesFor is not null);

    /// <summary>Whether a task finds no victims where the other, which goes before it, found none.</summary>
    private bool IsNoEasier(PendingTask task, PendingTask other) => task.Priority <= other.Priority && task.Shapes.All(shape => other.Shapes.Any(easier =>
        easier.MemoryBytesPerGpu <= shape.MemoryBytesPerGpu && ReferenceEquals(waiting.ClassOf(easier), waiting.ClassOf(shape))));

    private (TrackedNode Node, TaskShape Shape, int[] Gpus, List<PlacedTask> Victims)? LeastHarm(QueueEntry entry)
    {
        (TrackedNode Node, TaskShape Shape, int[] Gpus, List<PlacedTask> Victims)? best = null;
        var least = (Priority: int.MaxValue, Count: int.MaxValue, Age: long.MaxValue);
        foreach (var shape in entry.Task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            foreach (var node in nodes.Nodes)
            {
                if (!node.Available || reach.WhyNotRented(node.Ordinal, shapes) is not null || (node.Kept is { } kept && kept.TaskId != entry.Task.TaskId)
                    || reach.Nominal(node.Ordinal, shapes) < shape.MemoryBytesPerGpu || VictimsOn(node, entry, shapes, shape) is not var (victims, gpus))
                {
                    continue;
                }

                var harm = victims.Count == 0 ? (-1, 0, 0)
                    : (victims.Max(victim => victim.Placement.Task.Priority), victims.Count, -victims.Min(LatenessOf));
                if (best is null || harm.CompareTo(least) < 0)
                {
                    (best, least) = ((node, shape, gpus, victims), harm);
                }
            }
        }

        return best;
    }

    /// <summary>
    /// The least important attempts of a node that must go for the shape to fit beside those that leave already, and where it fits then; null
    /// when that is not enough or not needed.
    /// </summary>
    private (List<PlacedTask> Victims, int[] Gpus)? VictimsOn(TrackedNode node, QueueEntry entry, ShapeClass shapes, TaskShape shape)
    {
        var candidates = new List<PlacedTask>();
        var gone = new List<PlacedTask>();
        foreach (var held in node.Ledger.Reservations)
        {
            var task = placed[held.TaskId];
            if (task.LeavesFor is not null)
            {
                gone.Add(task);
            }
            else if (node.Facts.CanPreempt && MayLeaveFor(entry, task))
            {
                candidates.Add(task);
            }
        }

        if (candidates.Count + gone.Count == 0 || FitsWithout(node, [], shapes, shape) is not null)
        {
            return null;
        }

        var leaving = gone.Count;
        if (FitsWithout(node, gone, shapes, shape) is { } soon)
        {
            return ([], soon);
        }

        foreach (var candidate in candidates.OrderBy(task => task.Placement.Task.Priority).ThenByDescending(LatenessOf)
            .ThenBy(task => task.Placement.Task.TaskId, StringComparer.Ordinal))
        {
            gone.Add(candidate);
            if (FitsWithout(node, gone, shapes, shape) is null)
            {
                continue;
            }

            // Those that turn out not to be in the way stay, the most important first.
            for (var index = gone.Count - 1; index >= leaving; index--)
            {
                var spared = gone[index];
                gone.RemoveAt(index);
                if (FitsWithout(node, gone, shapes, shape) is null)
                {
                    gone.Insert(index, spared);
                }
            }

            return (gone[leaving..], FitsWithout(node, gone, shapes, shape)!);
        }

        return null;
    }

    private int[]? FitsWithout(TrackedNode node, List<PlacedTask> gone, ShapeClass shapes, TaskShape shape)
    {
        var host = node.Ledger.FreeHost;
        foreach (var task in gone)
        {
            host += task.Placement.Task.Shape.Host;
        }

        if (node.Facts.MaxParallel - node.Ledger.HeldCount - node.Ledger.ForeignCount + gone.Count <= 0 || !host.Covers(shape.Host)
            || (shape.AntiAffinity is { } group && node.CountOf(group) > gone.Count(task => task.Placement.Task.Shape.AntiAffinity == group)))
        {
            return null;
        }

        var types = nodes.GpusOf(nodes.Row(node.Ordinal));
        var gpus = new List<int>(shape.GpuCount);
        for (var gpu = 0; gpu < types.Length && gpus.Count < shape.GpuCount; gpu++)
        {
            var freed = node.Ledger.FreeBytes(gpu);
            foreach (var task in gone)
            {
                freed += task.Placement.GpusOn(node.Facts.NodeId).Contains(gpu) ? task.Placement.Task.Shape.MemoryBytesPerGpu : 0;
            }

            if (Math.Min(freed, types[gpu].Nominal) >= shape.MemoryBytesPerGpu && shapes.Match.AcceptsGpu(types[gpu].Type))
            {
                gpus.Add(gpu);
            }
        }

        return gpus.Count == shape.GpuCount ? [.. gpus] : null;
    }
}
