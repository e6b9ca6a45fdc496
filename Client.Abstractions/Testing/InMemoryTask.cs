using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>One task of <see cref="InMemoryAuroraMesh"/>. What an attempt says after the task went on without it counts for nothing.</summary>
internal sealed class InMemoryTask
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Action<MeshEvent> tell;
    private TaskCompletionSource ended = NewSignal();
    private CancellationTokenSource? running;
    private MeshTask view;

    public InMemoryTask(string taskId, MeshTaskRequest request, TimeProvider time, Action<MeshEvent> tell)
    {
        this.time = time;
        this.tell = tell;
        Request = request;
        var body = request.ToJson();
        view = new MeshTask(
            taskId, request.TaskType, Element(body["requirements"]) ?? default, request.Priority, MeshTaskStatus.Queued, null,
            time.GetUtcNow(), null, null, null, null, 0, [])
        {
            Members = body.Where(member => member.Key is not ("task_type" or "requirements" or "priority")).ToDictionary(member => member.Key, member => Element(member.Value) ?? default),
        };
        Tell("task.submitted", detail: request.TaskType);
    }

    public MeshTaskRequest Request { get; }

    public InMemoryFeed<TaskOutput> Output { get; } = new();

    public Task Ended
    {
        get
        {
            lock (gate)
            {
                return ended.Task;
            }
        }
    }

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

    /// <summary>Begins an attempt, unless the task does not wait for one.</summary>
    public void Start(string node, Func<CancellationToken, Task<JsonNode?>> run)
    {
        int attempt;
        CancellationTokenSource stop;
        lock (gate)
        {
            if (view.Status is not MeshTaskStatus.Queued)
            {
                return;
            }

            attempt = view.Attempt + 1;
            running = stop = new CancellationTokenSource();
            view = view with { Status = MeshTaskStatus.Running, AssignedNode = node, Attempt = attempt, StartedAt = time.GetUtcNow() };
        }

        Tell("task.placed", attempt, node);
        Tell("task.started", attempt, node);
        _ = Task.Run(() => RunAsync(attempt, run, stop));
    }

    /// <summary>Cancels the task; false when it had ended.</summary>
    public bool TryCancel() => TryEnd(attempt: null, MeshTaskStatus.Cancelled, null, "cancelled by the caller");

    /// <summary>Puts a task that failed back in line; false when it has not failed.</summary>
    public bool TryRetry()
    {
        lock (gate)
        {
            if (view.Status is not MeshTaskStatus.Failed)
            {
                return false;
            }

            view = view with { Status = MeshTaskStatus.Queued, AssignedNode = null, StartedAt = null, CompletedAt = null, Error = null };
            ended = NewSignal();
        }

        Tell("task.retried");
        return true;
    }

    /// <summary>Ends a running attempt and puts the task back in line.</summary>
    public void Requeue(string reason)
    {
        int attempt;
        string? node;
        lock (gate)
        {
            if (view.Status is not MeshTaskStatus.Running)
            {
                return;
            }

            (attempt, node) = (view.Attempt, view.AssignedNode);
            view = view with { Status = MeshTaskStatus.Queued, AssignedNode = null, StartedAt = null };
            running?.Cancel();
            running = null;
        }

        Tell("task.requeued", attempt, node, reason);
    }

    public static JsonElement? Element(JsonNode? node)
    {
        if (node is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="attempt">The attempt that says so; null for whoever cancels.</param>
    private bool TryEnd(int? attempt, MeshTaskStatus status, JsonNode? result, string? error)
    {
        MeshTask now;
        TaskCompletionSource waiting;
        lock (gate)
        {
            if (view.HasEnded || (attempt is not null && (attempt != view.Attempt || view.Status is not MeshTaskStatus.Running)))
            {
                return false;
            }

            now = view = view with { Status = status, Result = Element(result), Error = error, CompletedAt = time.GetUtcNow() };
            waiting = ended;
            if (attempt is null)
            {
                running?.Cancel();
            }

            running = null;
        }

        Tell("task." + JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()), now.Attempt, now.AssignedNode, error);
        waiting.TrySetResult();
        return true;
    }

    private void Tell(string kind, int attempt = 0, string? node = null, string? detail = null) =>
        tell(new MeshEvent(null, time.GetUtcNow(), kind, view.TaskId, attempt, node, detail));

    // Whatever the test's own function throws is the task's error.
    private async Task RunAsync(int attempt, Func<CancellationToken, Task<JsonNode?>> run, CancellationTokenSource stop)
    {
        try
        {
            TryEnd(attempt, MeshTaskStatus.Completed, await run(stop.Token).ConfigureAwait(false), null);
        }
        catch (Exception failure)
        {
            TryEnd(attempt, MeshTaskStatus.Failed, null, failure.Message);
        }
    }
}
