using System.Net.WebSockets;
using System.Threading.Channels;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// Frames on their way to one node: at most <see cref="FramesMax"/> of at most <see cref="BytesMax"/> together wait, and of the
/// registry only the latest state does. One loop writes them, because a WebSocket takes one send at a time.
/// </summary>
internal sealed class SocketOutbox(WebSocket socket, TimeProvider time)
{
    public const int FramesMax = 256;

    /// <summary>Two of the largest frames, in bytes. A single frame is taken whatever its size.</summary>
    public const long BytesMax = 16L << 20;

    /// <summary>How long a full queue, or one send, may last before the node counts as one that does not read.</summary>
    public static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(10);

    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(
        new UnboundedChannelOptions { SingleReader = true });

    // Callers that wait for room, first come first taken. What they have in hand is held in memory too, so it has the same bounds.
    private readonly LinkedList<Caller> _line = [];
    private readonly Lock _lock = new();
    private int _count;
    private long _bytes;
    private long _bytesInLine;
    private bool _completed;
    private byte[]? _registry;

    /// <summary>What waits or is being sent, in bytes, that of callers in line included.</summary>
    public long BytesHeld
    {
        get
        {
            lock (_lock)
            {
                return _bytes + _bytesInLine;
            }
        }
    }

    /// <summary>Queues a frame; false when the node did not make room in time, when as much again waits for room, or the socket ends.</summary>
    public async ValueTask<bool> PostAsync(ReadOnlyMemory<byte> frame)
    {
        LinkedListNode<Caller> caller;
        lock (_lock)
        {
            if (_completed || (_line.Count == 0 && TryTake(frame)))
            {
                return !_completed;
            }

            if (_line.Count == FramesMax || (_line.Count > 0 && _bytesInLine + frame.Length > BytesMax))
            {
                return false;
            }

            caller = _line.AddLast(new Caller(frame));
            _bytesInLine += frame.Length;
        }

        using var patience = new CancellationTokenSource(PatienceMax, time);
        using var leaving = patience.Token.Register(() => Leave(caller));
        return await caller.Value.Taken.Task;
    }

    /// <summary>Queues a last word if there is room.</summary>
    public void TryPost(ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
        {
            _ = !_completed && TryTake(frame);
        }
    }

    /// <summary>Replaces the registry state that waits to be sent, if any does.</summary>
    public void OfferRegistry(byte[] frame)
    {
        if (Interlocked.Exchange(ref _registry, frame) is null)
        {
            // An empty frame wakes the loop. When there is no room, a frame that waits already does.
            TryPost(ReadOnlyMemory<byte>.Empty);
        }
    }

    /// <summary>Takes no more frames; the loop ends when it has sent what waits.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _frames.Writer.TryComplete();
            while (_line.First is { } caller)
            {
                Remove(caller, taken: false);
            }
        }
    }

    /// <summary>Sends until <see cref="Complete"/>; false when the node stopped reading or went away.</summary>
    public async Task<bool> RunAsync()
    {
        try
        {
            await foreach (var frame in _frames.Reader.ReadAllAsync())
            {
                if (!frame.IsEmpty)
                {
                    await SendAsync(frame);
                }

                MakeRoom(frame.Length);
                if (Interlocked.Exchange(ref _registry, null) is { } registry)
                {
                    await SendAsync(registry);
                }
            }

            return true;
        }
        catch (Exception exception)
            when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Complete();
            return false;
        }
    }

    private bool TryTake(ReadOnlyMemory<byte> frame)
    {
        if (_count > 0 && (_count == FramesMax || _bytes + frame.Length > BytesMax))
        {
            return false;
        }

        _count++;
        _bytes += frame.Length;
        return _frames.Writer.TryWrite(frame);
    }

    private void MakeRoom(int sent)
    {
        lock (_lock)
        {
            _count--;
            _bytes -= sent;
            while (_line.First is { } caller && TryTake(caller.Value.Frame))
            {
                Remove(caller, taken: true);
            }
        }
    }

    private void Leave(LinkedListNode<Caller> caller)
    {
        lock (_lock)
        {
            if (caller.List is not null)
            {
                Remove(caller, taken: false);
            }
        }
    }

    private void Remove(LinkedListNode<Caller> caller, bool taken)
    {
        _line.Remove(caller);
        _bytesInLine -= caller.Value.Frame.Length;
        caller.Value.Taken.TrySetResult(taken);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame)
    {
        using var patience = new CancellationTokenSource(PatienceMax, time);
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    private sealed record Caller(ReadOnlyMemory<byte> Frame)
    {
        public TaskCompletionSource<bool> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
