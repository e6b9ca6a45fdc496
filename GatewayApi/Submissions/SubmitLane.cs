using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Single submits on their way to the scheduler of one pool. A submit that finds a free call goes at once; while all calls are under
/// way the next submits gather, so a busy gateway pays for one grain call per group and not per task (decision 0005).
/// </summary>
internal sealed class SubmitLane(IGrainFactory grains, TimeProvider time, string pool)
{
    // A client is answered within two seconds, with its task or with "try again".
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.9);
    private static readonly TimeSpan RepeatFor = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(200);

    // What waited behind calls that were not answered is tried all the same: the next may be.
    private static readonly TimeSpan PatienceMin = TimeSpan.FromMilliseconds(50);

    private const int CallsMax = 4;
    private const int GroupMax = 256;

    private readonly Lock gate = new();
    private readonly Queue<Submission> waiting = new();
    private int calls;

    /// <summary>Completes when the task is committed; fails as <see cref="ISchedulerGrain.SubmitAsync"/> does.</summary>
    public Task<SubmitOutcome> SubmitAsync(NewTask task)
    {
        var submission = new Submission(task, time.GetTimestamp());
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
        var scheduler = grains.GetReference<ISchedulerGrain>(pool);
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

            var group = new Submission[CallSize.CountOf(waiting, submission => submission.Task.Spec.Payload.Length + submission.Task.Spec.Requirements.Length, GroupMax)];
            for (var i = 0; i < group.Length; i++)
            {
                group[i] = waiting.Dequeue();
            }

            return group;
        }
    }

    private async Task SendAsync(ISchedulerGrain scheduler, Submission[] group)
    {
        try
        {
            var outcomes = await SubmitAsync(scheduler, Array.ConvertAll(group, submission => submission.Task), group[0].At);
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

    /// <summary>Repeats a group while a scheduler moves: the ids are the same, so no task is accepted twice.</summary>
    /// <param name="scheduler">The pool's.</param>
    /// <param name="tasks">The group.</param>
    /// <param name="since">When the first of them came: nobody waits once for a free call and then as long again for its answer.</param>
    private async Task<SubmitOutcome[]> SubmitAsync(ISchedulerGrain scheduler, NewTask[] tasks, long since)
    {
        while (true)
        {
            try
            {
                var left = Patience - time.GetElapsedTime(since);
                return await scheduler.SubmitAsync(tasks).WaitAsync(left > PatienceMin ? left : PatienceMin, time);
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception) && time.GetElapsedTime(since) < RepeatFor)
            {
                await Task.Delay(RepeatAfter, time);
            }
        }
    }

    private sealed record Submission(NewTask Task, long At)
    {
        public TaskCompletionSource<SubmitOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
