using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>A GPU client as anybody might write one.</summary>
public sealed class NodeClient : IDisposable
{
    private readonly ClientWebSocket _socket;

    private NodeClient(ClientWebSocket socket) => _socket = socket;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<NodeClient> ConnectAsync(GatewayFixture gateway, string nodeId) => new(await gateway.ConnectAsync(nodeId));

    public Task SendAsync(string frame) => SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text);

    public Task SendAsync(byte[] frame, WebSocketMessageType type) => _socket.SendAsync(frame, type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame of a type; others before it are passed over. Null when the gateway closed.</summary>
    public async Task<JsonElement?> NextAsync(string type)
    {
        while (await NextAsync() is { } frame)
        {
            if (frame.GetProperty("type").GetString() == type)
            {
                return frame;
            }
        }

        return null;
    }

    /// <summary>The type of the next frame, whatever it is.</summary>
    public async Task<string?> NextTypeAsync() => (await NextAsync())?.GetProperty("type").GetString();

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();

    private async Task<JsonElement?> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);

        if (received.MessageType is WebSocketMessageType.Close)
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            return null;
        }

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
