using System.Runtime.CompilerServices;
using Aurora.GatewayApi.Output;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Logs;

/// <summary>The log of a task, in order: what is kept of attempts that ended, then what is in memory.</summary>
internal sealed class TaskLogReader(IGrainFactory grains, TaskOutputReader outputs, KeptLogs kept)
{
    /// <summary>What there is from a position on; with <paramref name="follow"/> also what comes, until the task has ended.</summary>
    public async IAsyncEnumerable<OutputItem> ReadAsync(string taskId, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var latest = 0;
        foreach (var attempt in kept.AttemptsOf(taskId).Where(attempt => attempt >= OutputPosition.AttemptOf(from)))
        {
            latest = attempt;
            await foreach (var item in kept.ReadAsync(taskId, attempt, from, cancellation))
            {
                yield return item;
            }

            from = Math.Max(from, OutputPosition.Of(attempt + 1, 0));
        }

        if (latest > 0 && await grains.GetGrain<ITaskGrain>(taskId).GetAsync() is { HasEnded: true } task && task.Attempt == latest)
        {
            yield break;
        }

        await foreach (var item in follow ? outputs.ReadAsync(taskId, from, cancellation) : ReadOnceAsync(taskId, from, cancellation))
        {
            from = item.Position + 1;
            yield return item;
        }

        // An attempt may have ended while a lost silo took along what was in memory; its log was kept before its end was reported.
        foreach (var attempt in kept.AttemptsOf(taskId).Where(attempt => attempt > latest && attempt >= OutputPosition.AttemptOf(from)))
        {
            await foreach (var item in kept.ReadAsync(taskId, attempt, from, cancellation))
            {
                from = item.Position + 1;
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<OutputItem> ReadOnceAsync(string taskId, long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var output = grains.GetGrain<ITaskOutputGrain>(taskId);
        while (await output.ReadAsync(from, TimeSpan.Zero).WaitAsync(cancellation) is { Items.Length: > 0 } page)
        {
            foreach (var item in page.Items)
            {
                yield return item;
            }

            from = page.Next;
        }
    }
}
