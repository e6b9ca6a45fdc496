using System.Collections.Concurrent;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// Tells every connected node when the registry changed. One question a second per gateway, however many nodes there
/// are, and only while there are any.
/// </summary>
internal sealed partial class RegistryBroadcaster(IGrainFactory grains, TimeProvider time, ILogger<RegistryBroadcaster> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SocketOutbox, bool> _listeners = [];
    private readonly Lock _lock = new();
    private byte[]? _last;
    private bool _running;

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

    public void Remove(SocketOutbox outbox) => _listeners.TryRemove(outbox, out _);

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                Offer(NodeFrames.NodeUpdate(await grains.GetGrain<IMeshGrain>(0).GetMeshAsync()));
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
            foreach (var outbox in _listeners.Keys)
            {
                outbox.OfferRegistry(frame);
            }
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
