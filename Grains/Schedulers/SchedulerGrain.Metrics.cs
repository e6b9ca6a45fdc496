using System.Runtime.InteropServices;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Observability;
using Aurora.Grains.Observability;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>What is measured here: the gauges of the pool, and the way of a task until it is on its node.</summary>
internal sealed partial class SchedulerGrain
{
    // Looking at a hundred thousand waiting tasks takes some milliseconds, and nobody reads a gauge more often than this.
    private static readonly TimeSpan QueueLookEvery = TimeSpan.FromSeconds(5);
    private const int LookAlways = 5_000;

    // A node that left for good is not shown for ever: names of rented machines do not come again.
    private static readonly TimeSpan GoneFor = TimeSpan.FromHours(24);

    private const int PriorityMax = 10;

    private long lookedAtQueue;
    private long[] queuedByPriority = [];

    private void ObserveMesh(DateTimeOffset now)
    {
        var views = planner.Nodes.ToDictionary(view => view.Facts.NodeId, StringComparer.Ordinal);
        gauges.Observe(Pool, new MeshSnapshot(
            planner.PlacedCount,
            nodes.Values.Count(node => node.Connected),
            [.. nodes.Values.Where(node => IsHome(node) && (node.Connected || now - node.LastSeen < GoneFor)).Select(node => node.ToReading(views.GetValueOrDefault(node.NodeId), time))])
        {
            Held = massLoss.HeldCount,
        });
        LookAtQueue();
    }

    private void LookAtQueue()
    {
        if (WaitingCount <= LookAlways || lookedAtQueue == 0 || time.GetElapsedTime(lookedAtQueue) >= QueueLookEvery)
        {
            lookedAtQueue = time.GetTimestamp();
            ObserveQueue();
        }
    }

    private void ObserveQueue()
    {
        var seen = new QueueSnapshot([], []);
        var byPriority = new long[PriorityMax + 1];
        foreach (var count in planner.CountQueued())
        {
            See(count.TaskType, count.Priority, count.Count, count.OldestSubmittedAt);
        }

        foreach (var task in backingOff.Tasks.Concat(dependencies.Tasks))
        {
            See(task.Shape.TaskType, task.Priority, 1, task.SubmittedAt);
        }

        gauges.Observe(Pool, seen);
        queuedByPriority = byPriority;

        void See(string taskType, int priority, int count, DateTimeOffset submittedAt)
        {
            byPriority[Math.Clamp(priority, 0, PriorityMax)] += count;
            var priorityClass = MetricNames.PriorityClass(priority);
            CollectionsMarshal.GetValueRefOrAddDefault(seen.Counts, (taskType, priorityClass), out _) += count;
            ref var oldest = ref CollectionsMarshal.GetValueRefOrAddDefault(seen.Oldest, priorityClass, out var isKnown);
            var at = time.ToClock(submittedAt);
            oldest = isKnown && oldest < at ? oldest : at;
        }
    }

    private void StopObserving()
    {
        // The gauges are the scheduler's: on the silo that it leaves they must not stand for ever.
        gauges.Forget(Pool);
    }

    private string? TraceOf(string taskId) => controls.GetValueOrDefault(taskId)?.TraceParent;

    private void MeasurePlacement(Placement placement)
    {
        var (task, now) = (placement.Task, time.GetUtcNow());
        var isFirst = placement.Attempt == 1;
        if (isFirst)
        {
            instruments.LeftQueue(task.Shape.TaskType, task.Priority, now - task.SubmittedAt);
        }

        MeshTraces.Placed(TraceOf(task.TaskId), task.TaskId, placement.Attempt, placement.NodeId, time.ToClock(isFirst ? task.SubmittedAt : now));
    }

    private void MeasureDispatch(string nodeId, AttemptAssignment order, long since)
    {
        var elapsed = time.GetElapsedTime(since);
        instruments.Dispatched(elapsed);
        MeshTraces.Dispatched(order.Controls?.TraceParent, order.TaskId, order.Attempt, nodeId, clock.GetUtcNow() - elapsed);
    }
}
