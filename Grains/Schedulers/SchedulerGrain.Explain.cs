using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Model;

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
                $"its last attempt failed; the next one may start in {Math.Max(0, (due - now).TotalSeconds):F1} s",
                QueuePosition: null,
                task.Priority,
                AssignedNode: null,
                []);
        }

        var view = planner.Explain(taskId, now)?.ToView();

        // Playing the queue out may take a while; the turn does not wait for it.
        return view is not null && planner.Forecast(taskId, now) is { } forecast && await Task.Run(forecast) is var start
            ? view with { ExpectedStart = start.At, ExpectedStartBasis = start.Basis }
            : view;
    }

    public Task<PlanView[]> PlanAsync(TaskSpec[] tasks)
    {
        var now = time.GetUtcNow();
        PendingTask[] pending = [.. tasks.Select((spec, number) => new NewTask($"plan-{number}", spec, Watched: false).ToPending(now))];
        return Task.FromResult<PlanView[]>(
        [
            .. planner.Plan(pending, now).Select(planned => new PlanView(
                planned.Placement is null ? "queued" : "assigned",
                planned.Placement?.NodeId,
                [.. planned.Placement?.Gpus ?? []],
                planned.Summary,
                planned.Change?.ToView())),
        ]);
    }
}
