using System.Threading.Channels;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// Brings a node's reports to the mesh, in order, several at once. A report that the mesh could not take is brought
/// again: an old client says it only once.
/// </summary>
internal sealed class ReportQueue(
    Func<AttemptReport[], Task<ReportVerdict[]>> report, Func<AttemptReport[], ReportVerdict[], Task> settled, TimeProvider time)
{
    private const int WaitingMax = 256;
    private const int GroupMax = 64;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly Channel<AttemptReport> _waiting = Channel.CreateBounded<AttemptReport>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    /// <summary>
    /// Queues a report; waits while the queue is full, which stops reading from a node that reports too fast. False
    /// once the queue takes no more.
    /// </summary>
    public async ValueTask<bool> AddAsync(AttemptReport item, CancellationToken cancellation)
    {
        while (await _waiting.Writer.WaitToWriteAsync(cancellation))
        {
            if (_waiting.Writer.TryWrite(item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes no more reports; the loop ends when the mesh has those that wait.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Runs until <see cref="Complete"/> and every report is settled, or until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation))
        {
            var group = new List<AttemptReport>();
            while (group.Count < GroupMax && _waiting.Reader.TryRead(out var next))
            {
                group.Add(next);
            }

            var reports = group.ToArray();
            await settled(reports, await BringAsync(reports, cancellation));
        }
    }

    private async Task<ReportVerdict[]> BringAsync(AttemptReport[] reports, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await report(reports).WaitAsync(cancellation);
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
            {
                await Task.Delay(RetryDelay, time, cancellation);
            }
        }
    }
}
