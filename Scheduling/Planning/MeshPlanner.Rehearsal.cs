using Aurora.Scheduling.Model;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>What would become of tasks: asked of a copy, so that asking changes nothing.</summary>
public sealed partial class MeshPlanner
{
    /// <summary>Tasks ahead of one that a forecast follows; with more, nobody can tell.</summary>
    public const int ForecastQueueMax = 2_000;

    private const int ForecastEventsMax = 20_000;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedTask> Plan(IReadOnlyList<PendingTask> tasks, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var copy = Copy(forgetMeasuredMemory: false, now);
        var planned = new List<PlannedTask>(tasks.Count);
        foreach (var task in tasks)
        {
            var placement = copy.Submit(task, now);
            planned.Add(placement is null
                ? new PlannedTask(null, copy.WhyWaiting(copy.FindQueued(task.TaskId) ?? task), task.Shapes.Select(copy.smallestChange.For).FirstOrDefault(change => change is not null))
                : new PlannedTask(placement, copy.Explain(task.TaskId, now)!.Summary, null));
        }

        return planned;
    }

    /// <inheritdoc/>
    public Func<ExpectedStart>? Forecast(string taskId, DateTimeOffset now)
    {
        if (waiting.Find(taskId) is not { } entry)
        {
            return null;
        }

        if (waiting.Before(entry, ForecastQueueMax) is not { } ahead)
        {
            return () => new ExpectedStart(null, $"more than {ForecastQueueMax} tasks are ahead of it");
        }

        var copy = Copy(forgetMeasuredMemory: true, now);
        var running = placed.Values.Select(task => (task.Placement, Left: LeftOf(task, now))).ToList();
        return () => copy.PlayOut([.. ahead, entry.Task], running, now);
    }

    /// <summary>How long a task of this shape took lately: the median and of how many; null while none has ended.</summary>
    public (TimeSpan Median, int Count)? ExpectedDuration(TaskShape shape) =>
        durations.Expect(shape) is { } median ? (median, durations.CountOf(shape)) : null;

    private TimeSpan? LeftOf(PlacedTask task, DateTimeOffset now)
    {
        if (task.LeavesFor is not null)
        {
            return TimeSpan.Zero;
        }

        if (durations.Expect(task.Placement.Task.Shape) is not { } median)
        {
            return null;
        }

        // One that is overdue is taken to need half as long again as it took: how long tasks take has a long tail.
        var elapsed = now - task.At;
        return median - elapsed > elapsed / 2 ? median - elapsed : elapsed / 2;
    }

    private ExpectedStart PlayOut(IReadOnlyList<PendingTask> queue, List<(Placement Placement, TimeSpan? Left)> running, DateTimeOffset now)
    {
        var ends = new PriorityQueue<Placement, DateTimeOffset>();
        var unknown = 0;
        foreach (var (placement, left) in running)
        {
            Follow(placement, left is { } known ? now + known : null);
        }

        foreach (var task in queue)
        {
            Enqueue(task);
        }

        var at = now;
        for (var events = 0; events < ForecastEventsMax; events++)
        {
            foreach (var placement in Drain(at, int.MaxValue))
            {
                if (placement.Task.TaskId == queue[^1].TaskId)
                {
                    return new ExpectedStart(at, BasisOf(queue, running.Count, unknown));
                }

                Follow(placement, durations.Expect(placement.Task.Shape) is { } median ? at + median : null);
            }

            if (slack.TryPeek(out _, out var rents) && (!ends.TryPeek(out _, out var next) || rents < next))
            {
                at = rents;
                continue;
            }

            if (!ends.TryDequeue(out var ended, out at))
            {
                break;
            }

            Release(ended.Task.TaskId, ended.Attempt);
        }

        return new ExpectedStart(null, unknown > 0
            ? $"it waits for {Count(unknown, "task")} of a kind of which none has ended yet, so nobody knows how long they take"
            : WhyHeldBack(queue[^1].Shapes) is null
                ? "no node that takes new work now will have room for it"
                : "the quota of its tenant does not let it start");

        void Follow(Placement placement, DateTimeOffset? end)
        {
            if (end is { } known)
            {
                ends.Enqueue(placement, known);
            }
            else
            {
                unknown++;
            }
        }
    }

    private string BasisOf(IReadOnlyList<PendingTask> queue, int running, int unknown)
    {
        var counted = queue.Select(task => task.Shape).Concat(placed.Values.Select(task => task.Placement.Task.Shape))
            .DistinctBy(shape => (shape.TaskType, shape.Model)).Sum(durations.CountOf);
        var basis = $"{Count(running, "running task")} and {queue.Count - 1} ahead of it played out"
            + (counted == 0 ? "" : $" with the median duration of the last {counted} of their kinds");
        return unknown == 0 ? basis : $"{basis}; {unknown} of a kind of which none has ended yet {(unknown == 1 ? "is" : "are")} taken to run on";
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private MeshPlanner Copy(bool forgetMeasuredMemory, DateTimeOffset now)
    {
        var copy = new MeshPlanner(settings) { durations = durations.Copy() };
        copy.shares.Tell(now);
        copy.vocabulary.Learn(vocabulary.GpuTypes);
        foreach (var node in nodes.Nodes)
        {
            copy.UpsertNode(node.Facts, node.Available);
            copy.nodes.Find(node.Facts.NodeId)!.PrefillFree = node.PrefillFree;

            // What is measured is the running tasks' and would stay in use after them.
            copy.ObserveLoad(node.Facts.NodeId, forgetMeasuredMemory
                ? node.Load with { Gpus = [.. node.Load.Gpus.Select(gpu => gpu with { UsedBytes = null })] }
                : node.CurrentLoad);
            copy.ObserveForeign(node.Facts.NodeId, node.Foreign);
        }

        foreach (var account in shares.All.Where(account => account.Policy != TenantPolicy.Default))
        {
            copy.SetTenant(account.Name, account.Policy);
        }

        copy.RefuseToRent(RentRefusals());
        foreach (var node in sleepers.Where(node => node.Sleep!.LeftAloneUntil is null))
        {
            copy.SetAsleep(node.Facts.NodeId, asleep: true);
        }

        copy.reach.OwnedFirst = reach.OwnedFirst;
        foreach (var task in placed.Values)
        {
            copy.Restore(task.Placement, now);
        }

        foreach (var node in nodes.Nodes)
        {
            copy.UseAs(node.Facts.NodeId, node.Rented?.Starts, node.Rented?.IdleSince ?? default);
        }

        foreach (var task in placed.Values.Where(task => task.LeavesFor is not null))
        {
            copy.placed[task.Placement.Task.TaskId].LeavesFor = task.LeavesFor;
        }

        foreach (var node in keptPlaces)
        {
            copy.Keep(copy.nodes.Find(node.Facts.NodeId)!, node.Kept);
        }

        copy.RememberBid(ownedBid?.Memory());
        copy.nodes.TakeTurnsAs(nodes);
        copy.packing?.ExpectAs(packing!);
        return copy;
    }
}
