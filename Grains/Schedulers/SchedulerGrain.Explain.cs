using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;

namespace Aurora.Grains.Schedulers;

/// <summary>What people ask: why a task is where it is, when it may start, and what would become of one.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly PriorityRange AllPriorities = new(0, PriorityMax);

    // By range, of which there are 66: when it was looked at, for how many tasks, and what was there.
    private readonly Dictionary<PriorityRange, (long At, int Limit, QueuedTaskView[] Tasks)> linesSeen = [];

    public async Task<ExplanationView?> ExplainAsync(string taskId)
    {
        var now = time.GetUtcNow();
        if (backingOff.Find(taskId) is var (task, due))
        {
            return new ExplanationView(
                taskId,
                "queued",
                Delayed(due, now),
                QueuePosition: null,
                task.Priority,
                AssignedNode: null,
                []);
        }

        if (dependencies.Find(taskId) is var (held, after))
        {
            return new ExplanationView(taskId, "queued", Awaiting(after), QueuePosition: null, held.Priority, AssignedNode: null, []);
        }

        var view = planner.Explain(taskId, now)?.ToView();

        // Playing the queue out may take a while; the turn does not wait for it.
        return view is not null && planner.Forecast(taskId, now) is { } forecast && await Task.Run(forecast) is var start
            ? view with { ExpectedStart = start.At is { } at ? time.ToClock(at) : null, ExpectedStartBasis = start.Basis }
            : view;
    }

    public Task<QueueView> GetQueueAsync(int limit)
    {
        var now = time.GetUtcNow();
        return Task.FromResult(View(Line(planner.QueueHead(limit, now), limit, AllPriorities, now)));
    }

    public Task<QueueView> GetQueueOfAsync(int limit, int priorityMin, int priorityMax)
    {
        var (priorities, now) = (new PriorityRange(priorityMin, priorityMax), time.GetUtcNow());
        if (WaitingCount <= LookAlways)
        {
            return Task.FromResult(View(Line(planner.QueueHead(limit, priorities, now), limit, priorities, now)));
        }

        // Finding the few of one priority behind many of others may take a look at each, so it is not done anew for everybody who asks.
        if (!linesSeen.TryGetValue(priorities, out var seen) || seen.Limit < limit || time.GetElapsedTime(seen.At) >= QueueLookEvery)
        {
            seen = linesSeen[priorities] = (time.GetTimestamp(), limit, Line(planner.QueueHead(limit, priorities, now), limit, priorities, now));
        }

        return Task.FromResult(View(seen.Tasks.Length <= limit ? seen.Tasks : seen.Tasks[..limit]));
    }

    public Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId) => Task.FromResult<PlacedTaskView[]>(
    [
        .. planner.PlacementsOn(nodeId).Select(placement => new PlacedTaskView(
            placement.Task.TaskId, placement.Task.Shape.TaskType, placement.Task.Priority, placement.Attempt, [.. placement.Gpus], time.ToClock(placement.Task.SubmittedAt))),
    ]);

    public Task<PlanView[]> PlanAsync(TaskSpec[] tasks)
    {
        var now = time.GetUtcNow();
        var pending = ToPlan(tasks, now);
        return Task.FromResult<PlanView[]>(
        [
            .. planner.Plan(pending, now).Select(planned => new PlanView(
                planned.Placement is null ? "queued" : "assigned",
                planned.Placement?.NodeId,
                [.. planned.Placement?.Gpus ?? []],
                planned.Summary,
                planned.Change?.ToView()) { Members = planned.Placement?.Gang.ToViews() ?? [] }),
        ]);
    }

    public Task<byte[]> RecordAsync(TaskSpec[] tasks)
    {
        var now = time.GetUtcNow();
        var recording = planner.Record(ToPlan(tasks, now), now);

        // Writing thousands of nodes as text takes a while; the turn does not wait for it.
        return Task.Run(() => RecordingJson.Write(recording));
    }

    private QueueView View(QueuedTaskView[] tasks)
    {
        LookAtQueue();
        return new QueueView(WaitingCount, tasks) { ByPriority = queuedByPriority };
    }

    /// <summary>Those that stand in line, and after them those of the same priorities that are not in it yet.</summary>
    private QueuedTaskView[] Line(IReadOnlyList<WaitingTask> next, int limit, PriorityRange priorities, DateTimeOffset now)
    {
        var delayed = backingOff.Head(limit - next.Count, priorities).ToList();
        return
        [
            .. next.Select(waiting => Show(waiting.Task, waiting.EffectivePriority, waiting.Reason)),
            .. delayed.Select(entry => Show(entry.Task, entry.Task.Priority, Delayed(entry.Due, now))),
            .. dependencies.Head(limit - next.Count - delayed.Count, priorities).Select(entry => Show(entry.Task, entry.Task.Priority, Awaiting(entry.After))),
        ];

        QueuedTaskView Show(PendingTask task, double effectivePriority, string reason) =>
            new(task.TaskId, task.Shape.TaskType, task.Priority, effectivePriority, time.ToClock(task.SubmittedAt), reason) { Pool = Pool };
    }

    private PendingTask[] ToPlan(TaskSpec[] tasks, DateTimeOffset now) =>
        [.. tasks.Select((spec, number) => new NewTask($"plan-{number}", spec, Watched: false)).Select(task => ToPending(task, now))];

    private static string Delayed(DateTimeOffset due, DateTimeOffset now) =>
        $"its last attempt failed; the next one may start in {Math.Max(0, (due - now).TotalSeconds):F1} s";
}
