using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>
/// A GPU client from before attempts existed: it knows the documented frames, ignores what it does not know, and answers
/// with a task id and nothing else. What it is sent waits until the test reads it.
/// </summary>
internal sealed class LegacyNode : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly Channel<JsonObject> assignments = Channel.CreateUnbounded<JsonObject>();
    private readonly Channel<JsonObject> others = Channel.CreateUnbounded<JsonObject>();
    private readonly TaskCompletionSource<(WebSocketCloseStatus? Status, string Reason)> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? connection;
    private Task reading = Task.CompletedTask;

    private LegacyNode(string nodeId) => NodeId = nodeId;

    public string NodeId { get; }

    /// <summary>How the socket ended, once it has.</summary>
    public Task<(WebSocketCloseStatus? Status, string Reason)> Closed => closed.Task;

    /// <summary>How many assignments wait unread.</summary>
    public int Waiting => assignments.Reader.Count;

    /// <summary>Opens the socket and says nothing.</summary>
    public static async Task<LegacyNode> ConnectAsync(Uri mesh, string nodeId, string query = "")
    {
        var node = new LegacyNode(nodeId);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = node.DialAsync }, disposeHandler: false);
        var address = new UriBuilder(mesh) { Scheme = "ws", Path = $"ws/{nodeId}", Query = query }.Uri;
        await node.socket.ConnectAsync(address, invoker, CancellationToken.None);
        node.reading = node.ReadAsync();
        return node;
    }

    /// <summary>Opens the socket and registers, as an old client does.</summary>
    public static async Task<LegacyNode> JoinAsync(Uri mesh, string nodeId, string gpuType, int gpuMemory = 24, int gpuCount = 1)
    {
        var node = await ConnectAsync(mesh, nodeId);
        var registered = await node.RegisterAsync(gpuType, gpuMemory, gpuCount);
        Assert.Equal("registered", registered.Text("type"));
        return node;
    }

    /// <summary>Registers and returns the answer.</summary>
    public async Task<JsonObject> RegisterAsync(string gpuType, int gpuMemory, int gpuCount)
    {
        await SendAsync(new JsonObject
        {
            ["type"] = "register",
            ["node_info"] = new JsonObject { ["gpu_count"] = gpuCount, ["gpu_type"] = gpuType, ["gpu_memory"] = gpuMemory, ["cuda_available"] = true },
        });
        return await NextAsync("the answer to register");
    }

    public Task SendAsync(JsonObject frame) => SendTextAsync(frame.ToJsonString());

    public Task SendTextAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        // One writer at a time, as ClientWebSocket demands.
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>The task object of the next assignment.</summary>
    public async Task<JsonObject> AssignmentAsync() =>
        (await Eventually.GetAsync($"{NodeId} is sent a task_assignment", assignments.Reader.ReadAsync().AsTask())).Object("task");

    /// <summary>The next frame that is neither an assignment nor a registry update.</summary>
    public Task<JsonObject> NextAsync(string expected) =>
        Eventually.GetAsync($"{NodeId} is sent {expected}", others.Reader.ReadAsync().AsTask());

    public Task CompleteAsync(string taskId, JsonObject result) =>
        SendAsync(new JsonObject { ["type"] = "task_complete", ["task_id"] = taskId, ["result"] = result });

    public Task FailAsync(string taskId, string error) =>
        SendAsync(new JsonObject { ["type"] = "task_failed", ["task_id"] = taskId, ["error"] = error });

    /// <summary>The machine loses its power: the connection is reset, and nothing is said.</summary>
    public void Reset()
    {
        connection!.LingerState = new LingerOption(enable: true, seconds: 0);
        connection.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        connection?.Dispose();
        await reading;
        socket.Dispose();
        sending.Dispose();
    }

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await connection.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(connection, ownsSocket: true);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    closed.TrySetResult((socket.CloseStatus, socket.CloseStatusDescription ?? ""));
                    return;
                }

                Sort(JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject());
            }
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            closed.TrySetResult((null, failure.Message));
        }
        finally
        {
            assignments.Writer.TryComplete();
            others.Writer.TryComplete();
        }
    }

    private void Sort(JsonObject frame)
    {
        var type = frame.Text("type");
        if (type != "node_update")
        {
            (type == "task_assignment" ? assignments : others).Writer.TryWrite(frame);
        }
    }
}
