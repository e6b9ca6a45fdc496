using System.Runtime.ExceptionServices;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Submits a judged batch in groups, in order, a few at a time. A group that the mesh could not take is repeated with the
/// same ids, which accepts no task twice; when the mesh stays away, the rest of the batch is left out and said to be.
/// </summary>
internal static class BatchSubmission
{
    private const int GroupSize = 500;
    private const int GroupsUnderWay = 3;
    private const int TriesMax = 3;

    /// <exception cref="MeshUnavailableException">No group was taken.</exception>
    public static async Task<List<SubmitOutcome>> RunAsync(IGrainFactory grains, List<NewTask> tasks, CancellationToken cancellation)
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool);
        var groups = tasks.Chunk(GroupSize).ToArray();
        var calls = new List<Task<SubmitOutcome[]>>(groups.Length);
        var outcomes = new List<SubmitOutcome>(tasks.Count);
        var taken = 0;
        Exception? failure = null;
        for (var i = 0; i < groups.Length; i++)
        {
            while (failure is null && calls.Count < groups.Length && calls.Count - i < GroupsUnderWay)
            {
                calls.Add(SubmitAsync(scheduler, groups[calls.Count], cancellation));
            }

            if (i == calls.Count)
            {
                break;
            }

            try
            {
                outcomes.AddRange(await calls[i]);
                taken++;
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
            {
                failure = exception;
                outcomes.AddRange(groups[i].Select(task => new SubmitOutcome(
                    task.TaskId, "unknown", null, "The mesh did not answer; GET /tasks/{id} tells whether it took the task.")));
            }
        }

        if (failure is not null && taken == 0)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        // Part of the batch is committed, so an error status would make a client send that part again.
        outcomes.AddRange(tasks.Skip(outcomes.Count).Select(task => new SubmitOutcome(
            task.TaskId, "not_submitted", null, "The mesh stopped answering before this task's turn; send it again.")));
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
