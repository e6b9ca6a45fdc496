using System.Runtime.CompilerServices;

namespace Aurora.Grains.Interfaces.Output;

/// <summary>
/// How a reader goes along with a task's output until the task has ended and all of it was read. Whom it asks, and how often it asks
/// again where nobody answers, is the caller's: a gateway waits for its mesh as long as its own client does, the client library gives up.
/// </summary>
public static class OutputFollowing
{
    /// <summary>How long one look waits for news.</summary>
    public static readonly TimeSpan PollWait = TimeSpan.FromSeconds(15);

    /// <summary>The output from a position on, as it comes. Positions jump where output was dropped or a new attempt began.</summary>
    /// <param name="read">Reads from a position on, waiting for so long, as <see cref="ITaskOutputGrain.ReadAsync"/> does.</param>
    /// <param name="end">Completes when the task has ended, or was never there.</param>
    public static async IAsyncEnumerable<OutputItem> FollowAsync(
        long from, Func<long, TimeSpan, CancellationToken, Task<OutputPage>> read, Func<CancellationToken, Task> end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = end(reading.Token);
        try
        {
            while (true)
            {
                // Asked before the output is read: what was written before the end is not missed.
                var hadEnded = ended.IsCompleted;
                var polling = read(from, hadEnded ? TimeSpan.Zero : PollWait, reading.Token);
                if (!hadEnded && await Task.WhenAny(polling, ended) == ended && !polling.IsCompleted)
                {
                    // The poll may wait for an attempt that never comes; what there is, is read once more without waiting.
                    _ = polling.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                    await ended;
                    continue;
                }

                var page = await polling;
                foreach (var item in page.Items)
                {
                    yield return item;
                }

                if (hadEnded && page.Items.Length == 0)
                {
                    yield break;
                }

                from = page.Next;
            }
        }
        finally
        {
            await reading.CancelAsync();
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
