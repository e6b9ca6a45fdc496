using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Owned nodes that are asleep. A task that one of them could run has it called, and until it is there, or has not come for
/// <see cref="PlannerSettings.WakeWait"/>, nothing more is placed on rented nodes: nobody pays for what an owned machine would have done
/// some minutes later. Owned nodes that are awake take work as ever.
/// </summary>
public sealed partial class MeshPlanner
{
    // One that did not come is most likely gone, or its hook is broken.
    private static readonly TimeSpan LeftAloneFor = TimeSpan.FromHours(1);

    private readonly List<TrackedNode> sleepers = [];

    /// <summary>Says whether an owned node is asleep and can be woken. Nothing happens while the settings say that nobody wakes nodes.</summary>
    public void SetAsleep(string nodeId, bool asleep)
    {
        if (settings.WakeWait == TimeSpan.Zero || nodes.Find(nodeId) is not { } node || (node.Sleep is not null) == asleep)
        {
            return;
        }

        node.Sleep = asleep ? new SleepState() : null;
        if (asleep)
        {
            sleepers.Add(node);
        }
        else
        {
            sleepers.Remove(node);
        }
    }

    /// <summary>
    /// The owned nodes that are to be woken now for tasks that wait: for each that none is on its way for, the cheapest one that could run it.
    /// To be called about once a second, after a <see cref="Drain"/>.
    /// </summary>
    public IReadOnlyList<WakeCall> CallSleepers(DateTimeOffset now)
    {
        GiveUpSleepers(now);
        var calls = new List<WakeCall>();
        if (sleepers.Count > 0)
        {
            var room = sleepers.ToDictionary(node => node, node => Math.Max(1, node.Facts.Gpus.Count));
            foreach (var task in waiting.Head(HeadMax).Where(task => WhyHeldBack(task.Shapes) is null))
            {
                var able = sleepers.Where(node => Rouses(node, task) && room[node] > 0).ToList();
                var needed = task.Shape.Nodes == 1 ? 1 : Math.Max(0, task.Shape.Nodes - AwakeFor(task));
                if (able.Count < needed)
                {
                    continue;
                }

                foreach (var chosen in able.OrderBy(node => node.Sleep!.CalledAt is null)
                    .ThenBy(node => node.Sleep!.CalledAt is null ? node.Facts.Price.PerHourOfWork : 0).ThenBy(node => node.Ordinal).Take(needed))
                {
                    room[chosen] -= Math.Max(1, task.Shape.GpuCount);
                    if (chosen.Sleep!.CalledAt is null)
                    {
                        chosen.Sleep.CalledAt = now;
                        calls.Add(new WakeCall(chosen.Facts.NodeId, task.TaskId));
                    }
                }
            }
        }

        PutOwnedFirst(waiting.Count == 0 ? null : sleepers.Find(node => node.Sleep!.CalledAt is not null));
        return calls;
    }

    private void GiveUpSleepers(DateTimeOffset now)
    {
        foreach (var sleep in sleepers.Select(node => node.Sleep!))
        {
            if (sleep.CalledAt + settings.WakeWait <= now)
            {
                (sleep.CalledAt, sleep.LeftAloneUntil) = (null, now + LeftAloneFor);
            }
            else if (sleep.LeftAloneUntil <= now)
            {
                sleep.LeftAloneUntil = null;
            }
        }
    }

    /// <summary>Keeps a newcomer that an owned node could run, once it is awake, from being placed on a rented one.</summary>
    private void WakeFirstFor(PendingTask task)
    {
        if (sleepers.Count > 0 && reach.OwnedFirst is null && sleepers.Find(node => Rouses(node, task)) is { } sleeper && !HasOwnedPlace(task))
        {
            PutOwnedFirst(sleeper);
        }
    }

    /// <summary>Open nodes that could run a part of a gang once they are idle.</summary>
    private int AwakeFor(PendingTask task) =>
        nodes.Nodes.Count(node => node is { Sleep: null, Available: true } && reach.Nominal(node.Ordinal, waiting.ClassOf(task.Shape)) >= task.Shape.MemoryBytesPerGpu);

    private bool HasOwnedPlace(PendingTask task)
    {
        foreach (var shape in task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            var places = 0;
            for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
            {
                if (nodes.Row(ordinal).Owned > 0 && reach.Now(ordinal, shapes) >= shape.MemoryBytesPerGpu && ++places == shape.Nodes)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Rouses(TrackedNode node, PendingTask task)
    {
        if (node.Sleep is not { LeftAloneUntil: null })
        {
            return false;
        }

        foreach (var shape in task.Shapes)
        {
            if (reach.Nominal(node.Ordinal, waiting.ClassOf(shape)) >= shape.MemoryBytesPerGpu)
            {
                return true;
            }
        }

        return false;
    }

    private void PutOwnedFirst(TrackedNode? sleeper)
    {
        var before = reach.OwnedFirst;
        var why = sleeper is null ? null : $"{sleeper.Facts.NodeId}, which is owned, is woken first";
        if (before != why)
        {
            reach.OwnedFirst = why;
            RentChanged(before is null, why is null);
        }
    }
}
