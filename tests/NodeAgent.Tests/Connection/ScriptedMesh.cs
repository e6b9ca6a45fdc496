using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Aurora.NodeAgent.Tests.Connection;

/// <summary>
/// A mesh that answers every frame of a node as the real one does, keeps the account of what it heard, and can be silent about
/// reports. For agents that run as processes of their own.
/// </summary>
internal sealed class ScriptedMesh : IAsyncDisposable
{
    private readonly FakeGateway gateway;
    private readonly Channel<JsonObject> registrations = Channel.CreateUnbounded<JsonObject>();
    private readonly Channel<JsonObject> ends = Channel.CreateUnbounded<JsonObject>();
    private readonly ConcurrentQueue<string> stop = new();
    private readonly CancellationTokenSource closing = new();
    private readonly Task serving;
    private FakeNodeSocket? current;

    public ScriptedMesh(int port = 0)
    {
        gateway = new FakeGateway(port);
        serving = ServeAsync();
    }

    public Uri Address => gateway.Address;

    public int Port => gateway.Port;

    /// <summary>Whether reports are heard and not answered.</summary>
    public bool IsSilentAboutReports { get; set; }

    /// <summary>The next <c>node_info</c> that was registered.</summary>
    public async Task<JsonObject> NextRegistrationAsync() => await registrations.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);

    /// <summary>The next report of an end, acknowledged or not.</summary>
    public async Task<JsonObject> NextEndAsync() => await ends.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);

    /// <summary>How many reports of an end were heard and not read by the test.</summary>
    public int WaitingEnds => ends.Reader.Count;

    /// <summary>Says at the next registration and heartbeat that this attempt 1 is not wanted.</summary>
    public void Unwant(string taskId) => stop.Enqueue(taskId);

    /// <param name="more">Further members of the task, each with a comma before it.</param>
    public Task AssignAsync(string taskId, string source, string more = "") => current!.SendAsync($$$"""
        {"type":"task_assignment","task":{"task_id":"{{{taskId}}}","attempt":1,"task_type":"custom","gpus":[],"memory_bytes_per_gpu":0,
         "requirements":{},"interpreter":"bash","script_source":{{{JsonValue.Create(source).ToJsonString()}}}{{{more}}} } }
        """);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await gateway.DisposeAsync();
        await serving;
        closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var nodes = new List<Task>();
        try
        {
            while (true)
            {
                nodes.Add(ServeAsync(await gateway.NextSocketAsync().WaitAsync(closing.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            await Task.WhenAll(nodes);
        }
    }

    private async Task ServeAsync(FakeNodeSocket socket)
    {
        try
        {
            while (await socket.NextAsync() is { } frame)
            {
                await AnswerAsync(socket, frame);
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // The node, or this gateway, is gone.
        }
    }

    private async Task AnswerAsync(FakeNodeSocket socket, JsonObject frame)
    {
        switch ((string?)frame["type"])
        {
            case "register":
                current = socket;
                await socket.SendAsync($$"""{"type":"registered","heartbeat_interval_ms":100,"stop":[{{Unwanted()}}]}""");
                registrations.Writer.TryWrite(frame["node_info"]!.AsObject());
                break;
            case "heartbeat":
                await socket.SendAsync($$"""{"type":"heartbeat_ack","known":true,"start":[],"stop":[{{Unwanted()}}]}""");
                break;
            case "task_complete" or "task_failed":
                if (!IsSilentAboutReports)
                {
                    await socket.SendAsync(
                        $$"""{"type":"report_ack","reports":[{"task_id":"{{frame["task_id"]}}","attempt":{{frame["attempt"]}},"verdict":"accepted"}]}""");
                }

                ends.Writer.TryWrite(frame);
                break;
            case "task_output":
                var next = (long)frame["from"]! + frame["pieces"]!.AsArray().Count;
                await socket.SendAsync(
                    $$"""{"type":"output_ack","task_id":"{{frame["task_id"]}}","attempt":{{frame["attempt"]}},"stale":false,"next":{{next}}}""");
                break;
            case "task_started":
                await socket.SendAsync(
                    $$"""{"type":"report_ack","reports":[{"task_id":"{{frame["task_id"]}}","attempt":{{frame["attempt"]}},"verdict":"accepted"}]}""");
                break;
            default:
                break;
        }
    }

    private string Unwanted() => string.Join(',', stop.Select(taskId => $$"""{"task_id":"{{taskId}}","attempt":1}"""));
}
