using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Who is stopped for whom. Only attempts of a lower priority whose turn is also later, none of priority 8 and above; of all places the
/// one whose attempts matter least: the lowest priorities, then the fewest attempts, then the youngest.
/// </summary>
public sealed partial class MeshPlanner
{
    private const int NeverPreempted = 8;

    /// <inheritdoc/>
    public Preemption? Preempt(DateTimeOffset now)
    {
        shares.Tell(now);
        if (!settings.Preemption || waiting.Count == 0 || keptPlace is { Kept.IsBeingCleared: true, Available: true })
        {
            return null;
        }

        foreach (var entry in HeadEntries())
        {
            if (LeastHarm(entry) is var (node, shape, gpus, victims))
            {
                if (keptPlace is not null)
                {
                    Keep(keptPlace, null);
                }

                Keep(node, new KeptPlace(entry.Task.TaskId, shape, gpus, Start: null, IsBeingCleared: true));
                return new Preemption(entry.Task, node.Facts.NodeId, [.. victims.Select(victim => victim.Placement)]);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void VictimsGone(string taskId)
    {
        if (keptPlace is { Kept: { } kept } node && kept.TaskId == taskId)
        {
            Keep(node, kept with { IsBeingCleared = false });

            // Nothing came free that the row shows, and the task fits all the same.
            freed.NodeGained(node.Ordinal);
        }
    }

    private (TrackedNode Node, TaskShape Shape, int[] Gpus, List<PlacedTask> Victims)? LeastHarm(QueueEntry entry)
    {
        (TrackedNode Node, TaskShape Shape, int[] Gpus, List<PlacedTask> Victims)? best = null;
        var least = (Priority: int.MaxValue, Count: int.MaxValue, Age: long.MaxValue);
        foreach (var shape in entry.Task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            foreach (var node in nodes.Nodes)
            {
                if (!node.Available || reach.Nominal(node.Ordinal, shapes) < shape.MemoryBytesPerGpu || VictimsOn(node, entry, shapes, shape) is not var (victims, gpus))
                {
                    continue;
                }

                var harm = (victims.Max(victim => victim.Placement.Task.Priority), victims.Count, -victims.Min(victim => victim.At.UtcTicks));
                if (best is null || harm.CompareTo(least) < 0)
                {
                    (best, least) = ((node, shape, gpus, victims), harm);
                }
            }
        }

        return best;
    }

    /// <summary>The least important attempts of a node that must go for the shape to fit, and where it fits then; null when that is not enough or not needed.</summary>
    private (List<PlacedTask> Victims, int[] Gpus)? VictimsOn(TrackedNode node, QueueEntry entry, ShapeClass shapes, TaskShape shape)
    {
        var candidates = AttemptsOn(node)
            .Where(task => task.Placement.Task.Priority < Math.Min(NeverPreempted, entry.Task.Priority)
                && entry.Key.CompareTo(waiting.KeyOf(task.Placement.Task)) < 0)
            .OrderBy(task => task.Placement.Task.Priority).ThenByDescending(task => task.At)
            .ToList();
        var gone = new List<PlacedTask>();
        foreach (var candidate in candidates)
        {
            gone.Add(candidate);
            if (FitsWithout(node, gone, shapes, shape) is null)
            {
                continue;
            }

            // Those that turn out not to be in the way stay, the most important first.
            for (var index = gone.Count - 1; index >= 0 && gone.Count > 1; index--)
            {
                var spared = gone[index];
                gone.RemoveAt(index);
                if (FitsWithout(node, gone, shapes, shape) is null)
                {
                    gone.Insert(index, spared);
                }
            }

            return (gone, FitsWithout(node, gone, shapes, shape)!);
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

        if (node.Ledger.FreeSlots + gone.Count == 0 || !host.Covers(shape.Host))
        {
            return null;
        }

        var types = nodes.GpusOf(nodes.Row(node.Ordinal));
        var gpus = new List<int>(shape.GpuCount);
        for (var gpu = 0; gpu < types.Length && gpus.Count < shape.GpuCount; gpu++)
        {
            var index = gpu;
            var freed = node.Ledger.FreeBytes(gpu) + gone.Where(task => task.Placement.Gpus.Contains(index)).Sum(task => task.Placement.Task.Shape.MemoryBytesPerGpu);
            if (Math.Min(freed, types[gpu].Nominal) >= shape.MemoryBytesPerGpu && shapes.Match.AcceptsGpu(types[gpu].Type))
            {
                gpus.Add(gpu);
            }
        }

        return gpus.Count == shape.GpuCount ? [.. gpus] : null;
    }
}
