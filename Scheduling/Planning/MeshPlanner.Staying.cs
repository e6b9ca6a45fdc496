using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>Why nobody leaves for a task that waits, for a person who asks.</summary>
public sealed partial class MeshPlanner
{
    /// <summary>Null for a task that fits, that others leave for or will be asked to, or that nobody's leaving would help.</summary>
    private string? WhyNobodyLeaves(PendingTask task)
    {
        if (waiting.Find(task.TaskId) is not { } entry || placed.Count == 0 || PlaceOf(task.TaskId) is { Kept.ByPreemption: true }
            || WhyHeldBack(task.Shapes) is not null || FitsNow(task))
        {
            return null;
        }

        var (hasGpu, hasModel) = (task.Shapes.All(shape => shape.GpuCount > 0), task.Shapes.Any(shape => shape.Model is not null));
        if (!settings.Preemption)
        {
            return hasGpu && !hasModel && task.Shapes.All(shape => shape.Nodes == 1) && LeastHarm(entry) is { Victims.Count: > 0 } found
                ? $"{Count(found.Victims.Count, "attempt")} of lower priority could leave {found.Node.Facts.NodeId} for it, but preemption is off"
                : null;
        }

        return !hasGpu ? "nobody is asked to leave for a task without a GPU"
            : task.Shapes.Any(shape => shape.Nodes > 1) ? "nobody is asked to leave for a task of several nodes"
            : hasModel ? "nobody is asked to leave for a request to a model"
            : LeastHarm(entry) is null ? WhoStays(entry)
            : HeadEntries().Any(head => head.Task.TaskId == task.TaskId) ? null
            : $"attempts of lower priority are asked to leave only for the {HeadMax} tasks that go next";
    }

    private bool FitsNow(PendingTask task)
    {
        foreach (var shape in task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            if (shapes.Nodes > 1)
            {
                if (reach.NodesNow(shapes, shape.MemoryBytesPerGpu) >= shapes.Nodes)
                {
                    return true;
                }

                continue;
            }

            for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
            {
                if (reach.Now(ordinal, shapes) >= shape.MemoryBytesPerGpu)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private string? WhoStays(QueueEntry entry)
    {
        var stays = nodes.Nodes.Where(node => node.Available && CouldRun(node, entry.Task))
            .SelectMany(node => node.Ledger.Reservations.Select(held => (held.TaskId, Why: WhyItStays(entry, node, placed[held.TaskId]))))
            .DistinctBy(each => each.TaskId)
            .Select(each => each.Why)
            .GroupBy(why => why)
            .OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Words(group.Key)}")
            .ToList();
        return stays.Count == 0 ? null : $"no attempt leaves for it: {string.Join(", ", stays)}";
    }

    private bool CouldRun(TrackedNode node, PendingTask task) => task.Shapes.Any(shape =>
        waiting.ClassOf(shape) is var shapes && reach.WhyNotRented(node.Ordinal, shapes) is null && reach.Nominal(node.Ordinal, shapes) >= shape.MemoryBytesPerGpu);

    private Staying WhyItStays(QueueEntry entry, TrackedNode node, PlacedTask task) => task switch
    {
        { LeavesFor: not null } => Staying.LeavesForAnother,
        { Placement.Task.Priority: >= NeverPreempted } => Staying.Critical,
        _ when task.Placement.Task.Priority > entry.Task.Priority || (service is null && task.Placement.Task.Priority == entry.Task.Priority) => Staying.NotLower,
        { Placement.Task.Shape.Model: not null } => Staying.Request,
        { Placement.Gang: not null } => Staying.Gang,
        _ when !node.Facts.CanPreempt => Staying.CannotBeAsked,
        _ when !MayLeaveFor(entry, task) => Staying.TurnBefore,
        _ => Staying.NotEnough,
    };

    private static string Words(Staying why) => why switch
    {
        Staying.Critical => $"of priority {NeverPreempted} or higher",
        Staying.NotLower => "of no lower priority",
        Staying.Request => "with a request to a model",
        Staying.Gang => "of several nodes",
        Staying.CannotBeAsked => "on nodes that do not understand the request",
        Staying.TurnBefore => "whose turn comes first by now",
        Staying.LeavesForAnother => "leaving for other tasks",
        _ => "of lower priority, which would not make room enough",
    };

    private enum Staying
    {
        Critical,
        NotLower,
        Request,
        Gang,
        CannotBeAsked,
        TurnBefore,
        LeavesForAnother,
        NotEnough,
    }
}
