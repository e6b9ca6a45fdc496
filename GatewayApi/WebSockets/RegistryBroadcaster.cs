using System.Collections.Concurrent;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// Tells every connected node when the registry changed. One question a second per gateway, however many nodes there
/// are, and only while there are any; in a large mesh less often, since what all are told of all grows with the square.
/// </summary>
internal sealed partial class RegistryBroadcaster(IGrainFactory grains, TimeProvider time, ILogger<RegistryBroadcaster> logger)
{
    /// <summary>What a gateway sends of the registry on average, in bytes a second: a hundred nodes are told each second, a thousand each 20 s.</summary>
    public const long BytesPerSecondMax = 8L << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SocketOutbox, bool> _listeners = [];
    private readonly Lock _lock = new();
    private byte[]? _last;
    private bool _running;
    private long _pausedUntil;

    /// <summary>Adds a node's outbox; it is told the present state at once when one is known.</summary>
    public void Add(SocketOutbox outbox)
    {
        _listeners[outbox] = true;
        lock (_lock)
        {
            if (_last is { } last)
            {
                outbox.OfferRegistry(last);
            }

            if (!_running)
            {
                _running = true;
                _ = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>How long nothing more is sent after a round of so many bytes.</summary>
    public static TimeSpan PauseAfter(long bytes) => TimeSpan.FromSeconds((double)bytes / BytesPerSecondMax);

    public void Remove(SocketOutbox outbox) => _listeners.TryRemove(outbox, out _);

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (time.GetTimestamp() >= _pausedUntil)
                {
                    Offer(NodeFrames.NodeUpdate(await grains.GetGrain<IMeshGrain>(0).GetMeshAsync()));
                }
            }
            catch (Exception exception)
            {
                // The nodes keep what they know; the next round asks again.
                LogUnknown(exception);
            }

            await timer.WaitForNextTickAsync();
        }
        while (!StopWhenAlone());
    }

    private void Offer(byte[] frame)
    {
        lock (_lock)
        {
            if (_last is { } last && last.AsSpan().SequenceEqual(frame))
            {
                return;
            }

            _last = frame;
            var bytes = 0L;
            foreach (var outbox in _listeners.Keys)
            {
                outbox.OfferRegistry(frame);
                bytes += frame.Length;
            }

            _pausedUntil = time.GetTimestamp() + (long)(time.TimestampFrequency * PauseAfter(bytes).TotalSeconds);
        }
    }

    private bool StopWhenAlone()
    {
        lock (_lock)
        {
            if (!_listeners.IsEmpty)
            {
                return false;
            }

            _running = false;
            _last = null;
            return true;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The registry could not be read for the connected nodes")]
    private partial void LogUnknown(Exception exception);
}
