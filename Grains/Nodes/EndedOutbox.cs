using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Nodes;

/// <summary>
/// Ended attempts of this silo's nodes on their way to the scheduler. While one call is under way the next ends gather, so
/// a hundred busy nodes cost the scheduler few calls. An end that is lost on the way shows in the node's next report.
/// </summary>
internal sealed class EndedOutbox(IGrainFactory grains)
{
    private readonly Lock gate = new();
    private List<AttemptEnd> waiting = [];
    private bool sending;

    public void Add(IReadOnlyCollection<AttemptEnd> ended)
    {
        lock (gate)
        {
            waiting.AddRange(ended);
            if (sending)
            {
                return;
            }

            sending = true;
        }

        _ = SendAllAsync();
    }

    private async Task SendAllAsync()
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool);
        while (TakeAll() is { } ended)
        {
            await scheduler.AttemptsEndedAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private AttemptEnd[]? TakeAll()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                sending = false;
                return null;
            }

            var ended = waiting.ToArray();
            waiting = [];
            return ended;
        }
    }
}
