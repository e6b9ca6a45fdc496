using System.Runtime.CompilerServices;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client.Streams;

/// <summary>Reads along with what a task puts out, as long as the mesh has it in memory.</summary>
internal sealed class TaskOutputReader(IGrainFactory grains, GrainCalls calls)
{
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(20);

    /// <summary>The output from a position on, as it comes, until the task has ended and all of it was read.</summary>
    public IAsyncEnumerable<OutputItem> FollowAsync(string taskId, long from, CancellationToken cancellationToken)
    {
        var output = grains.GetGrain<ITaskOutputGrain>(taskId);
        return OutputFollowing.FollowAsync(
            from,
            (position, wait, cancellation) => calls.RunAsync(() => output.ReadAsync(position, wait), cancellation),
            cancellation => WaitForEndAsync(taskId, cancellation),
            cancellationToken);
    }

    /// <summary>What there is from a position on.</summary>
    public async IAsyncEnumerable<OutputItem> ReadAsync(string taskId, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var output = grains.GetGrain<ITaskOutputGrain>(taskId);
        while (true)
        {
            var position = from;
            var page = await calls.RunAsync(() => output.ReadAsync(position, TimeSpan.Zero), cancellationToken);
            if (page.Items.Length == 0)
            {
                yield break;
            }

            foreach (var item in page.Items)
            {
                yield return item;
            }

            from = page.Next;
        }
    }

    /// <summary>The latest attempt that the mesh has output of; 0 for none.</summary>
    public async Task<int> FindAttemptAsync(string taskId, CancellationToken cancellationToken) =>
        (await calls.RunAsync(() => grains.GetGrain<ITaskOutputGrain>(taskId).ReadAsync(long.MaxValue, TimeSpan.Zero), cancellationToken)).Attempt;

    private async Task WaitForEndAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = grains.GetGrain<ITaskGrain>(taskId);
        while (await calls.RunAsync(() => task.WaitAsync(EndWait), cancellationToken) is { HasEnded: false })
        {
        }
    }
}
