using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Recording;

namespace Aurora.Grains.Schedulers;

/// <summary>What people ask: why a task is where it is, when it may start, and what would become of one.</summary>
internal sealed partial class SchedulerGrain
{
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
            ? view with { ExpectedStart = start.At, ExpectedStartBasis = start.Basis }
            : view;
    }

    public Task<QueueView> GetQueueAsync(int limit)
    {
        var now = time.GetUtcNow();
        var next = planner.QueueHead(limit, now);
        LookAtQueue();
        return Task.FromResult(new QueueView(
            WaitingCount,
            [
                .. next.Select(waiting => Show(waiting.Task, waiting.EffectivePriority, waiting.Reason)),
                .. backingOff.Head(limit - next.Count).Select(entry => Show(entry.Task, entry.Task.Priority, Delayed(entry.Due, now))),
                .. dependencies.Head(limit - next.Count - backingOff.Count).Select(entry => Show(entry.Task, entry.Task.Priority, Awaiting(entry.After))),
            ])
        {
            ByPriority = queuedByPriority,
        });

        QueuedTaskView Show(PendingTask task, double effectivePriority, string reason) =>
            new(task.TaskId, task.Shape.TaskType, task.Priority, effectivePriority, task.SubmittedAt, reason) { Pool = Pool };
    }

    public Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId) => Task.FromResult<PlacedTaskView[]>(
    [
        .. planner.PlacementsOn(nodeId).Select(placement => new PlacedTaskView(
            placement.Task.TaskId, placement.Task.Shape.TaskType, placement.Task.Priority, placement.Attempt, [.. placement.Gpus], placement.Task.SubmittedAt)),
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

    private static PendingTask[] ToPlan(TaskSpec[] tasks, DateTimeOffset now) =>
        [.. tasks.Select((spec, number) => new NewTask($"plan-{number}", spec, Watched: false).ToPending(now))];

    private static string Delayed(DateTimeOffset due, DateTimeOffset now) =>
        $"its last attempt failed; the next one may start in {Math.Max(0, (due - now).TotalSeconds):F1} s";
}
