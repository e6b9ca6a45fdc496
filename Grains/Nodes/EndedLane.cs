using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Nodes;

/// <summary>
/// Ended attempts of one pool on this silo's nodes, on their way to the pool's scheduler. While one call is under way the next ends gather,
/// and in a flood for a moment more, so a hundred busy nodes cost the scheduler few calls. An end that is lost on the way shows in the node's next report. Starts
/// are news only: they wait a moment, and that of a short attempt travels with its end.
/// </summary>
internal sealed class EndedLane(IGrainFactory grains, TimeProvider time, string pool)
{
    private static readonly TimeSpan StartDelay = TimeSpan.FromMilliseconds(200);

    // A place that comes free is known of no later, and a call of a flood carries the ends of one commit and more.
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(3);
    private const int CallsAtOnce = 2;

    private readonly Lock gate = new();
    private readonly CallPace pace = new(time, Window, CallsAtOnce);
    private readonly Dictionary<AttemptId, AttemptStart> starts = [];
    private List<AttemptEnd> waiting = [];
    private bool sending;
    private bool sendingStarts;

    public void Add(IReadOnlyCollection<AttemptEnd> ended)
    {
        lock (gate)
        {
            foreach (var end in ended)
            {
                waiting.Add(starts.Remove(end.Attempt, out var start) ? end with { StartedAt = start.At } : end);
            }

            if (sending)
            {
                return;
            }

            sending = true;
        }

        _ = SendAllAsync();
    }

    public void AddStart(AttemptStart start)
    {
        lock (gate)
        {
            starts[start.Attempt] = start;
            if (sendingStarts)
            {
                return;
            }

            sendingStarts = true;
        }

        _ = SendStartsAsync();
    }

    private async Task SendAllAsync()
    {
        var scheduler = grains.GetReference<ISchedulerGrain>(pool);
        while (true)
        {
            if (pace.Wait() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time).ConfigureAwait(false);
            }

            if (TakeAll() is not { } ended)
            {
                return;
            }

            pace.Sent(1, ended.Length);
            await scheduler.AttemptsEndedAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendStartsAsync()
    {
        await Task.Delay(StartDelay, time);
        AttemptStart[] started;
        lock (gate)
        {
            started = [.. starts.Values];
            starts.Clear();
            sendingStarts = false;
        }

        if (started.Length > 0)
        {
            await grains.GetReference<IMeshEventsGrain>(pool)
                .AttemptsStartedAsync(started).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
