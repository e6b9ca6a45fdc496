using System.Runtime.CompilerServices;
using Aurora.GatewayApi.Output;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>The log of a task, in order.</summary>
internal sealed class TaskLogReader(IGrainFactory grains, TaskOutputReader outputs)
{
    /// <summary>What there is from a position on; with <paramref name="follow"/> also what comes, until the task has ended.</summary>
    public IAsyncEnumerable<OutputItem> ReadAsync(string taskId, long from, bool follow, CancellationToken cancellation) =>
        follow ? outputs.ReadAsync(taskId, from, cancellation) : ReadOnceAsync(taskId, from, cancellation);

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
