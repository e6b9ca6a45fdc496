using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Aurora.Chaos.Runner.History;

namespace Aurora.Chaos.Runner.Agents;

/// <summary>One WebSocket of a simulated node.</summary>
internal sealed class NodeConnection(Uri gateway, string nodeId, Pause pause) : IDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private readonly ClientWebSocket socket = new();
    private readonly Channel<JsonObject> outbox = Channel.CreateUnbounded<JsonObject>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource ended = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private long askedAt = MonotonicClock.Now;
    private Socket? connection;

    public bool IsRegistered { get; private set; }

    public TimeSpan HeartbeatInterval { get; private set; } = TimeSpan.FromSeconds(1);

    public async Task ConnectAsync(CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, ended.Token);
        patience.CancelAfter(AnswerPatience);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = DialAsync, UseProxy = false });
        await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = $"ws/{nodeId}" }.Uri, invoker, patience.Token);
        _ = SendAsync();
    }

    public void Registered(TimeSpan heartbeatInterval)
    {
        HeartbeatInterval = heartbeatInterval > TimeSpan.Zero ? heartbeatInterval : HeartbeatInterval;
        IsRegistered = true;
    }

    /// <summary>The mesh does not know the registration any more; false when that is known already.</summary>
    public bool Unregister()
    {
        var was = IsRegistered;
        IsRegistered = false;
        askedAt = MonotonicClock.Now;
        return was;
    }

    /// <summary>Sends a frame when the node is not frozen. What cannot be sent any more is lost, as on a wire.</summary>
    public void Post(JsonObject frame) => outbox.Writer.TryWrite(frame);

    /// <summary>The next frame, or null at the end.</summary>
    public async Task<JsonObject?> ReadAsync(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ended.Token);
        await pause.PassAsync(either.Token);
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), either.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                await pause.PassAsync(either.Token);
                return JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject();
            }
        }
    }

    /// <summary>The frame or its answer may be lost: a registration that is not answered is tried again on a new connection.</summary>
    public void ResetWhenUnanswered()
    {
        if (MonotonicClock.Now - askedAt > AnswerPatience.TotalNanoseconds)
        {
            Reset();
        }
    }

    public void Reset()
    {
        try
        {
            if (connection is { } open)
            {
                open.LingerState = new LingerOption(enable: true, seconds: 0);
                open.Dispose();
            }

            ended.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // It is gone already.
        }
    }

    public void Dispose()
    {
        Reset();
        outbox.Writer.TryComplete();
        socket.Dispose();
        ended.Dispose();
    }

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await connection.ConnectAsync(context.DnsEndPoint, cancellation);
        return new NetworkStream(connection, ownsSocket: true);
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var frame in outbox.Reader.ReadAllAsync(ended.Token))
            {
                await pause.PassAsync(ended.Token);
                await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, ended.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Reset();
        }
    }
}
