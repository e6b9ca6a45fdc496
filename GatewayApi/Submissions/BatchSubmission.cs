using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Submits a judged batch in groups, in order. A group that the mesh could not take is repeated with the same ids,
/// which accepts no task twice; when the mesh stays away, the rest of the batch is left out and said to be.
/// </summary>
internal static class BatchSubmission
{
    private const int GroupSize = 1_000;
    private const int TriesMax = 3;

    public static async Task<List<SubmitOutcome>> RunAsync(IGrainFactory grains, List<NewTask> tasks, CancellationToken cancellation)
    {
        using var span = SubmitTrace.IsWanted ? SubmitTrace.Start(tasks.Count) : null;
        if (SubmitTrace.IsWanted)
        {
            tasks = tasks.ConvertAll(SubmitTrace.Carry);
        }

        var outcomes = new List<SubmitOutcome>(tasks.Count);
        foreach (var group in Groups(tasks))
        {
            try
            {
                outcomes.AddRange(await SubmitAsync(grains, group, cancellation));
                if (outcomes[0].Status == "conflict")
                {
                    return outcomes;
                }
            }
            catch (Exception exception) when (outcomes.Count > 0 && ProblemMiddleware.IsUnavailable(exception))
            {
                // Part of the batch is committed, so an error status would make a client send that part again.
                outcomes.AddRange(group.Select(task => new SubmitOutcome(
                    task.TaskId, "unknown", null, "The mesh did not answer; GET /tasks/{id} tells whether it took the task.")));
                outcomes.AddRange(tasks.Skip(outcomes.Count).Select(task => new SubmitOutcome(
                    task.TaskId, "not_submitted", null, "The mesh stopped answering before this task's turn; send it again.")));
                return outcomes;
            }
        }

        return outcomes;
    }

    /// <summary>
    /// Under a key the first task goes alone: every submit of the key has a task of its id, so that another body is found out before any
    /// of its tasks is accepted.
    /// </summary>
    private static IEnumerable<NewTask[]> Groups(List<NewTask> tasks) =>
        tasks is [{ RequestHash: not null } first, _, ..] ? tasks.Skip(1).Chunk(GroupSize).Prepend([first]) : tasks.Chunk(GroupSize);

    /// <summary>Each task to its pool; nearly every group is of one.</summary>
    private static async Task<SubmitOutcome[]> SubmitAsync(IGrainFactory grains, NewTask[] group, CancellationToken cancellation)
    {
        if (Array.TrueForAll(group, task => task.Spec.Pool == group[0].Spec.Pool))
        {
            return await SubmitAsync(grains.GetGrain<ISchedulerGrain>(group[0].Spec.Pool), group, cancellation);
        }

        var outcomes = new SubmitOutcome[group.Length];
        foreach (var ofPool in group.Index().GroupBy(task => task.Item.Spec.Pool, StringComparer.Ordinal))
        {
            var tasks = ofPool.ToArray();
            var answered = await SubmitAsync(grains.GetGrain<ISchedulerGrain>(ofPool.Key), [.. tasks.Select(task => task.Item)], cancellation);
            foreach (var (task, outcome) in tasks.Zip(answered))
            {
                outcomes[task.Index] = outcome;
            }
        }

        return outcomes;
    }

    private static async Task<SubmitOutcome[]> SubmitAsync(ISchedulerGrain scheduler, NewTask[] group, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await scheduler.SubmitAsync(group);
            }
            catch (Exception exception) when (tries < TriesMax && ProblemMiddleware.IsUnavailable(exception))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 * tries), cancellation);
            }
        }
    }
}
