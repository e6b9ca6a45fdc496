using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>
/// A mesh for the tests of code that uses <see cref="IAuroraMesh"/>: no network, no GPU, nothing kept. Each task it can run is run at
/// once by <paramref name="run"/>; the others wait until they are cancelled. What a task says of limits, retries, order, deadline and
/// anti-affinity holds; an attempt that failed is followed by the next at once. Webhooks are not called, and the needs of a task are
/// judged by <paramref name="canRun"/> alone.
/// </summary>
/// <param name="run">
/// Makes the result of a task, or throws the error that it fails with. Default: test tasks echo their payload after their
/// sleep, the other types return <c>{}</c>.
/// </param>
/// <param name="canRun">Which tasks find a node. Default: those that ask for no <see cref="MeshTaskRequest.GpuType"/>.</param>
/// <param name="time">The clock. Default: the system's.</param>
public sealed partial class InMemoryAuroraMesh(
    Func<MeshTaskRequest, CancellationToken, Task<JsonNode?>>? run = null, Func<MeshTaskRequest, bool>? canRun = null, TimeProvider? time = null) : IAuroraMesh
{
    /// <summary>The name of its one node.</summary>
    public const string NodeName = "in-memory";

    private const string TaskPrefix = "task_";
    private const string GroupPrefix = "group_";

    private static readonly string[] Types = ["llm_inference", "training", "embeddings", "custom", "test"];

    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, InMemoryTask> tasks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Stem, string Body)> submitsByKey = new(StringComparer.Ordinal);
    private readonly InMemoryFeed<MeshEvent> events = new();

    /// <summary>The pools that a task may name. Default: <c>default</c> alone.</summary>
    public IReadOnlyList<string> Pools { get; init; } = ["default"];

    /// <summary>Every request that was accepted, in no particular order.</summary>
    public IEnumerable<MeshTaskRequest> Accepted => tasks.Values.Select(task => task.Request);

    /// <inheritdoc/>
    public Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        Judge(request, "");
        RequirePrerequisites(request, "");
        var stem = StemOf(SubmitOptions.KeyOf(options), request.ToJson());
        return Task.FromResult(Accept(request, stem, groupId: null));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        foreach (var (index, request) in requests.Index())
        {
            Judge(request, $"tasks[{index}].");
            RequirePrerequisites(request, $"tasks[{index}].");
        }

        var stem = StemOf(SubmitOptions.KeyOf(options), new JsonArray([.. requests.Select(request => request.ToJson())]));
        var groupId = GroupPrefix + stem[TaskPrefix.Length..];
        return Task.FromResult<IReadOnlyList<TaskHandle>>([.. requests.Select((request, index) => Accept(request, TaskIdOf(stem, index), groupId))]);
    }

    /// <inheritdoc/>
    public Task<MeshTask?> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        Task.FromResult(tasks.TryGetValue(taskId, out var task) ? task.View : null);

    /// <inheritdoc/>
    public async Task<MeshTask?> WaitAsync(string taskId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (!tasks.TryGetValue(taskId, out var task))
        {
            return null;
        }

        await WaitAsync(task.Ended, timeout, cancellationToken).ConfigureAwait(false);
        return task.View;
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string taskId, CancellationToken cancellationToken = default) => Task.FromResult(Existing(taskId).TryCancel());

    /// <inheritdoc/>
    public Task<bool> RetryAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = Existing(taskId);
        var isRetried = task.TryRetry();
        Start(task);
        return Task.FromResult(isRetried);
    }

    /// <inheritdoc/>
    public Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default)
    {
        if (!tasks.TryGetValue(taskId, out var task))
        {
            return Task.FromResult<TaskExplanation?>(null);
        }

        var (runs, view) = (CanRun(task.Request), task.View);
        var summary = view.Status is MeshTaskStatus.Queued ? WhyItWaits(task) : runs ? "It went to the in-memory node." : "No node can run it.";
        var refusals = runs ? Array.Empty<NodeRefusal>() : [Refusal];
        return Task.FromResult<TaskExplanation?>(new TaskExplanation(
            taskId, JsonNamingPolicy.SnakeCaseLower.ConvertName(view.Status.ToString()), summary,
            QueuePosition: null, task.Request.Priority, view.AssignedNode,
            new Dictionary<string, NodeExplanation> { [NodeName] = new(runs, refusals, runs ? 1 : null, new Dictionary<string, double>()) }));
    }

    /// <summary>Lets a task write something, as a script on a node does.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public void Write(string taskId, string text, TaskOutputKind kind = TaskOutputKind.Stdout) => Existing(taskId).Write(text, kind);

    private static NodeRefusal Refusal { get; } = new("gpu_type", "the in-memory node does not run this task", Permanent: true);

    private IEnumerable<MeshTask> Views => tasks.Values.Select(task => task.View);

    private void Judge(MeshTaskRequest request, string prefix)
    {
        request.Validate(prefix);
        if (!Types.Contains(request.TaskType, StringComparer.Ordinal))
        {
            throw new InvalidTaskException(prefix + "task_type", $"must be one of {string.Join(", ", Types)}, or a type that a node announces");
        }

        if ((string?)request.ToJson()["deadline"] is { } deadline && !DateTimeOffset.TryParse(deadline, CultureInfo.InvariantCulture, out _))
        {
            throw new InvalidTaskException(prefix + "deadline", "must be a time with its offset, as RFC 3339 writes it");
        }

        if ((request.Pool ?? (string?)request.Members?["pool"]) is { } pool && !Pools.Contains(pool, StringComparer.Ordinal))
        {
            throw new InvalidTaskException(prefix + "pool", $"must be one of {string.Join(", ", Pools)}; a pool begins when the first node that serves it joins");
        }
    }

    private void RequirePrerequisites(MeshTaskRequest request, string prefix)
    {
        foreach (var (index, prerequisite) in new InMemoryControls(request.ToJson(), clock.GetUtcNow()).After.Index())
        {
            if (!tasks.ContainsKey(prerequisite.TaskId))
            {
                throw new InvalidTaskException($"{prefix}after[{index}]", $"must name a task that exists; '{prerequisite.TaskId}' does not");
            }
        }
    }

    private bool CanRun(MeshTaskRequest request) => NodesOf(request) == 1 && (canRun?.Invoke(request) ?? request.GpuType is null);

    private InMemoryTask Existing(string taskId) => tasks.TryGetValue(taskId, out var task) ? task : throw new TaskNotFoundException(taskId);

    /// <summary>What the ids of a submit are made of; the same for the same key.</summary>
    private string StemOf(string key, JsonNode body)
    {
        var text = body.ToJsonString();
        var submit = submitsByKey.GetOrAdd(key, _ => ($"{TaskPrefix}{Guid.CreateVersion7():N}", text));
        return submit.Body == text ? submit.Stem : throw new IdempotencyConflictException("The idempotency key was used before with another body; use a new key for a new request.");
    }

    private TaskHandle Accept(MeshTaskRequest request, string taskId, string? groupId)
    {
        if (!tasks.ContainsKey(taskId) && tasks.TryAdd(taskId, new InMemoryTask(taskId, request, groupId, clock, Tell, Changed)))
        {
            Start(tasks[taskId]);
        }

        var view = tasks[taskId].View;
        var submission = view.AssignedNode is { } node
            ? new TaskSubmission(taskId, "assigned", node)
            : new TaskSubmission(taskId, "queued", Message: WhyItWaits(tasks[taskId]));
        return new TaskHandle(this, taskId, submission with { GroupId = groupId });
    }

    private void Tell(MeshEvent happened) => events.Add(number => happened with { Position = (number + 1).ToString(CultureInfo.InvariantCulture) });

    private async Task WaitAsync(Task end, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await end.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It is shown as it is.
        }
    }

    private async Task<JsonNode?> EchoAsync(MeshTaskRequest request, CancellationToken cancellation)
    {
        if (request is not TestRequest test)
        {
            return new JsonObject();
        }

        await Task.Delay(test.Sleep ?? TimeSpan.Zero, clock, cancellation).ConfigureAwait(false);
        return test.FailWith is { } error ? throw new InMemoryRefusal(error) : new JsonObject { ["echo"] = test.Payload?.DeepClone() };
    }
}
