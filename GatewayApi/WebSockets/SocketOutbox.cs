using System.Net.WebSockets;
using System.Threading.Channels;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// Frames on their way to one node: at most <see cref="FramesMax"/> wait, and of the registry only the latest state
/// does. One loop writes them, because a WebSocket takes one send at a time.
/// </summary>
internal sealed class SocketOutbox(WebSocket socket, TimeProvider time)
{
    public const int FramesMax = 256;

    /// <summary>How long a full queue, or one send, may last before the node counts as one that does not read.</summary>
    public static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(10);

    private readonly Channel<ReadOnlyMemory<byte>> _frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(FramesMax) { SingleReader = true });

    private byte[]? _registry;

    /// <summary>Queues a frame; false when the node did not make room in time or the socket ends.</summary>
    public async ValueTask<bool> PostAsync(ReadOnlyMemory<byte> frame)
    {
        if (_frames.Writer.TryWrite(frame))
        {
            return true;
        }

        using var patience = new CancellationTokenSource(PatienceMax, time);
        try
        {
            await _frames.Writer.WriteAsync(frame, patience.Token);
            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Queues a last word if there is room.</summary>
    public void TryPost(ReadOnlyMemory<byte> frame) => _frames.Writer.TryWrite(frame);

    /// <summary>Replaces the registry state that waits to be sent, if any does.</summary>
    public void OfferRegistry(byte[] frame)
    {
        if (Interlocked.Exchange(ref _registry, frame) is null)
        {
            // An empty frame wakes the loop. When there is no room, a frame that waits already does.
            _frames.Writer.TryWrite(ReadOnlyMemory<byte>.Empty);
        }
    }

    /// <summary>Takes no more frames; the loop ends when it has sent what waits.</summary>
    public void Complete() => _frames.Writer.TryComplete();

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
            _frames.Writer.TryComplete();
            return false;
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame)
    {
        using var patience = new CancellationTokenSource(PatienceMax, time);
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }
}
