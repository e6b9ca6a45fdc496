using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>One task of <see cref="InMemoryAuroraMesh"/>. It ends once.</summary>
internal sealed class InMemoryTask
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private MeshTask view;

    public InMemoryTask(string taskId, MeshTaskRequest request, TimeProvider time)
    {
        this.time = time;
        Request = request;
        var body = request.ToJson();
        view = new MeshTask(
            taskId, request.TaskType, Element(body["requirements"]) ?? default, request.Priority, MeshTaskStatus.Queued, null,
            time.GetUtcNow(), null, null, null, null, 0, [])
        {
            Members = body.Where(member => member.Key is not ("task_type" or "requirements" or "priority")).ToDictionary(member => member.Key, member => Element(member.Value) ?? default),
        };
    }

    public MeshTaskRequest Request { get; }

    public Task Ended => ended.Task;

    public MeshTask View
    {
        get
        {
            lock (gate)
            {
                return view;
            }
        }
    }

    public void Start(string node, Func<CancellationToken, Task<JsonNode?>> run)
    {
        lock (gate)
        {
            view = view with { Status = MeshTaskStatus.Running, AssignedNode = node, Attempt = 1, StartedAt = time.GetUtcNow() };
        }

        _ = Task.Run(() => RunAsync(run));
    }

    /// <summary>Ends the task; false when it had ended.</summary>
    public bool TryEnd(MeshTaskStatus status, JsonNode? result, string? error)
    {
        lock (gate)
        {
            if (view.HasEnded)
            {
                return false;
            }

            view = view with { Status = status, Result = Element(result), Error = error, CompletedAt = time.GetUtcNow() };
        }

        ended.TrySetResult();
        return true;
    }

    // Whatever the test's own function throws is the task's error.
    private async Task RunAsync(Func<CancellationToken, Task<JsonNode?>> run)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            var running = run(cancellation.Token);
            if (await Task.WhenAny(running, Ended).ConfigureAwait(false) != running)
            {
                await cancellation.CancelAsync().ConfigureAwait(false);
            }

            TryEnd(MeshTaskStatus.Completed, await running.ConfigureAwait(false), null);
        }
        catch (Exception failure)
        {
            TryEnd(MeshTaskStatus.Failed, null, failure.Message);
        }
    }

    private static JsonElement? Element(JsonNode? node)
    {
        if (node is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}
