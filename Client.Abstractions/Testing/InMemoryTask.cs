using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>One task of <see cref="InMemoryAuroraMesh"/>. What an attempt says after the task went on without it counts for nothing.</summary>
internal sealed partial class InMemoryTask
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Action<MeshEvent> tell;
    private readonly Action<InMemoryTask> changed;
    private TaskCompletionSource ended = NewSignal();
    private CancellationTokenSource? running;
    private MeshTask view;
    private int failures;

    /// <param name="groupId">What names the tasks that were submitted with it; null for none.</param>
    /// <param name="changed">Called when it ended, or waits again.</param>
    public InMemoryTask(string taskId, MeshTaskRequest request, string? groupId, TimeProvider time, Action<MeshEvent> tell, Action<InMemoryTask> changed)
    {
        this.time = time;
        this.tell = tell;
        this.changed = changed;
        Request = request;
        var body = request.ToJson();
        view = new MeshTask(
            taskId, request.TaskType, Element(body["requirements"]) ?? default, request.Priority, MeshTaskStatus.Queued, null,
            time.GetUtcNow(), null, null, null, null, 0, [])
        {
            GroupId = groupId,
            Members = body.Where(member => member.Key is not ("task_type" or "requirements" or "priority")).ToDictionary(member => member.Key, member => Element(member.Value) ?? default),
        };
        Controls = new InMemoryControls(body, view.SubmittedAt);
        Tell("task.submitted", detail: request.TaskType);
        WatchDeadline();
    }

    public MeshTaskRequest Request { get; }

    public InMemoryControls Controls { get; }

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
            view = view with { Status = MeshTaskStatus.Running, AssignedNode = node, Attempt = attempt, StartedAt = time.GetUtcNow(), Members = WithLastError(null) };
            WatchAttempt(attempt);
        }

        Tell("task.placed", attempt, node);
        Tell("task.started", attempt, node);
        _ = Task.Run(() => RunAsync(attempt, run, stop));
    }

    /// <summary>Lets the attempt put something out.</summary>
    public void Write(string text, TaskOutputKind kind)
    {
        Output.Add(number => new TaskOutput(number, View.Attempt, kind, text));
        lock (gate)
        {
            if (view.Status is MeshTaskStatus.Running)
            {
                WatchProgress(view.Attempt);
            }
        }
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

    private static string Text(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");

    private void Tell(string kind, int attempt = 0, string? node = null, string? detail = null) =>
        tell(new MeshEvent(null, time.GetUtcNow(), kind, view.TaskId, attempt, node, detail));

    // Whatever the test's own function throws is the attempt's error.
    private async Task RunAsync(int attempt, Func<CancellationToken, Task<JsonNode?>> run, CancellationTokenSource stop)
    {
        try
        {
            TryEnd(attempt, MeshTaskStatus.Completed, await run(stop.Token).ConfigureAwait(false), null);
        }
        catch (InMemoryRefusal refusal)
        {
            TryEnd(attempt, MeshTaskStatus.Failed, null, refusal.Message);
        }
        catch (Exception failure)
        {
            Fail(attempt, "error", failure.Message);
        }
    }
}

/// <summary>What no further attempt would change, as a node says it of a task that asks to fail.</summary>
internal sealed class InMemoryRefusal(string message) : Exception(message);
