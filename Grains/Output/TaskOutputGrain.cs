using Aurora.Grains.Interfaces.Output;
using Orleans.Concurrency;

namespace Aurora.Grains.Output;

/// <summary>Hands the output of one task from its node to whoever reads along. Decides and stores nothing.</summary>
/// <remarks>
/// Reentrant: readers wait inside their calls. The log changes only between awaits, and a reader looks at it again after each.
/// The activation goes when nobody reads and the node has nothing to say for a while; a node that still runs the task asks
/// every few seconds how far the mesh is, and fills a new activation again.
/// </remarks>
[GrainType("aurora.task-output")]
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class TaskOutputGrain(OutputBudget budget, TimeProvider time) : Grain, ITaskOutputGrain
{
    private const long PageBytes = 256 << 10;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    private readonly OutputLog log = new(budget);
    private TaskCompletionSource changed = NewSignal();

    public Task<OutputReceipt> AppendAsync(OutputBatch batch)
    {
        var (end, wasComplete) = (log.End, log.IsComplete);
        var receipt = log.Append(batch);
        if (log.End != end || log.IsComplete != wasComplete)
        {
            var before = changed;
            changed = NewSignal();
            before.SetResult();
        }

        return Task.FromResult(receipt);
    }

    public async Task<OutputPage> ReadAsync(long position, TimeSpan wait)
    {
        var (began, patience) = (time.GetTimestamp(), wait > WaitMax ? WaitMax : wait);
        while (true)
        {
            var signal = changed.Task;
            var page = log.Read(position, PageBytes);
            var left = patience - time.GetElapsedTime(began);
            if (page.Items.Length > 0 || page.IsComplete || left <= TimeSpan.Zero)
            {
                return page;
            }

            await signal.WaitAsync(left, time)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<string?> GetProgressAsync() => Task.FromResult(log.Progress);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        log.Clear();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
