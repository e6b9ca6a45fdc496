using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Tests.Connection;

/// <summary>The gateway's end of one node's socket.</summary>
internal sealed class FakeNodeSocket(WebSocket socket, string path, Action cutConnection)
{
    public string Path => path;

    /// <summary>The next frame of any type; null when the node closed the socket.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(4096), CancellationToken.None).AsTask().WaitAsync(FakeGateway.Patience);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            buffer.Advance(received.Count);
            if (received.EndOfMessage)
            {
                return JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
            }
        }
    }

    /// <summary>The next frame of this type; others before it are left out.</summary>
    public async Task<JsonObject> NextAsync(string type)
    {
        while (true)
        {
            var frame = await NextAsync() ?? throw new EndOfStreamException($"The node closed the socket before it sent '{type}'.");
            if ((string?)frame["type"] == type)
            {
                return frame;
            }
        }
    }

    public async Task SendAsync(string frame) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public Task CloseAsync(int code, string reason) => socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);

    /// <summary>Ends the connection without a word.</summary>
    public void Cut()
    {
        socket.Abort();
        cutConnection();
    }
}
