using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Output;

/// <summary>Reads along with a task's output, through whatever happens to the silos meanwhile.</summary>
internal sealed class TaskOutputReader(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The output from <paramref name="from"/> on (<see cref="OutputPosition.Start"/> for all that is still there), as it comes,
    /// until the task has ended and all of it was read. Positions jump where output was dropped or a new attempt began. Ends
    /// at once for a task that does not exist.
    /// </summary>
    public IAsyncEnumerable<OutputItem> ReadAsync(string taskId, long from, CancellationToken cancellation)
    {
        var output = grains.GetGrain<ITaskOutputGrain>(taskId);
        return OutputFollowing.FollowAsync(from, (position, wait, reading) => PollAsync(output, position, wait, reading), reading => WaitForEndAsync(taskId, reading), cancellation);
    }

    private async Task<OutputPage> PollAsync(ITaskOutputGrain output, long from, TimeSpan wait, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await output.ReadAsync(from, wait).WaitAsync(cancellation);
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
            {
                await Task.Delay(RetryPause, time, cancellation);
            }
        }
    }

    private async Task WaitForEndAsync(string taskId, CancellationToken cancellation)
    {
        var task = grains.GetGrain<ITaskGrain>(taskId);
        while (true)
        {
            try
            {
                if (await task.WaitAsync(TimeSpan.FromSeconds(20)).WaitAsync(cancellation) is null or { HasEnded: true })
                {
                    return;
                }
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
            {
                await Task.Delay(RetryPause, time, cancellation);
            }
        }
    }
}
