using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Reads one JSON object per text message, whatever the other end sends.</summary>
internal sealed class SocketFrameReader(WebSocket socket)
{
    private const int FirstBytesMax = 1 << 20;

    private const int DepthMax = 64;

    /// <summary>Largest frame, in bytes: little from somebody whom nobody knows yet.</summary>
    public int BytesMax { get; private set; } = FirstBytesMax;

    /// <summary>The other end is a node now and may send results.</summary>
    public void TakeResults() => BytesMax = CallSize.FrameBytesMax;

    /// <summary>The next frame, which the caller disposes, or why there is none.</summary>
    public async Task<(JsonDocument? Frame, SocketClosing? Closing)> ReadAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        var length = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
                length += received.Count;
                if (received.MessageType is WebSocketMessageType.Close)
                {
                    return (null, SocketClosing.ByNode);
                }

                if (received.MessageType is WebSocketMessageType.Binary)
                {
                    return (null, SocketClosing.Binary);
                }

                if (received.EndOfMessage)
                {
                    return Parse(buffer.AsSpan(0, length).ToArray());
                }

                if (length > BytesMax)
                {
                    return (null, SocketClosing.TooLarge(BytesMax));
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            return (null, SocketClosing.Lost);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Reads on without looking until the other end closes too. A socket that is dropped with bytes unread is reset,
    /// and a reset may overtake the close frame that says why.
    /// </summary>
    public async Task DiscardAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            }
        }
        catch (Exception exception)
            when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone is as good as closed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private (JsonDocument? Frame, SocketClosing? Closing) Parse(byte[] utf8)
    {
        if (utf8.Length > BytesMax)
        {
            return (null, SocketClosing.TooLarge(BytesMax));
        }

        try
        {
            // The document refers to the bytes, so they are its own and not the pool's.
            var frame = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = DepthMax });
            if (frame.RootElement.ValueKind is JsonValueKind.Object && frame.RootElement.Text("type") is { Length: > 0 })
            {
                return (frame, null);
            }

            frame.Dispose();
            return (null, SocketClosing.NotJson("it has none."));
        }
        catch (JsonException exception)
        {
            return (null, SocketClosing.NotJson(exception.Message));
        }
    }
}
