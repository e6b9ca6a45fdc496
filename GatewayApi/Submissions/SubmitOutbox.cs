using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Single submits on their way to the scheduler. A submit that finds a free call goes at once; while all calls are under
/// way the next submits gather, so a busy gateway pays for one grain call per group and not per task (decision 0005).
/// </summary>
internal sealed class SubmitOutbox(IGrainFactory grains)
{
    private const int CallsMax = 4;
    private const int GroupMax = 256;

    private readonly Lock gate = new();
    private readonly Queue<Submission> waiting = new();
    private int calls;

    /// <summary>Completes when the task is committed; fails as <see cref="ISchedulerGrain.SubmitAsync"/> does.</summary>
    public Task<SubmitOutcome> SubmitAsync(NewTask task)
    {
        var submission = new Submission(task);
        lock (gate)
        {
            waiting.Enqueue(submission);
            if (calls == CallsMax)
            {
                return submission.Outcome.Task;
            }

            calls++;
        }

        _ = SendAllAsync();
        return submission.Outcome.Task;
    }

    private async Task SendAllAsync()
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool);
        while (TakeGroup() is { } group)
        {
            await SendAsync(scheduler, group);
        }
    }

    private Submission[]? TakeGroup()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                calls--;
                return null;
            }

            var group = new Submission[Math.Min(GroupMax, waiting.Count)];
            for (var i = 0; i < group.Length; i++)
            {
                group[i] = waiting.Dequeue();
            }

            return group;
        }
    }

    private static async Task SendAsync(ISchedulerGrain scheduler, Submission[] group)
    {
        try
        {
            var outcomes = await scheduler.SubmitAsync(Array.ConvertAll(group, submission => submission.Task));
            for (var i = 0; i < group.Length; i++)
            {
                group[i].Outcome.SetResult(outcomes[i]);
            }
        }
        catch (Exception exception)
        {
            foreach (var submission in group)
            {
                submission.Outcome.TrySetException(exception);
            }
        }
    }

    private sealed record Submission(NewTask Task)
    {
        public TaskCompletionSource<SubmitOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
