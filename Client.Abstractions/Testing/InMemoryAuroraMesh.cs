using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>
/// A mesh for the tests of code that uses <see cref="IAuroraMesh"/>: no network, no GPU, nothing kept. Each task it can run is run at
/// once by <paramref name="run"/>; the others wait until they are cancelled.
/// </summary>
/// <param name="run">
/// Makes the result of a task, or throws the error that it fails with. Default: test tasks echo their payload after their
/// sleep, the other types return <c>{}</c>.
/// </param>
/// <param name="canRun">Which tasks find a node. Default: those that ask for no <see cref="MeshTaskRequest.GpuType"/>.</param>
/// <param name="time">The clock. Default: the system's.</param>
public sealed class InMemoryAuroraMesh(
    Func<MeshTaskRequest, CancellationToken, Task<JsonNode?>>? run = null, Func<MeshTaskRequest, bool>? canRun = null, TimeProvider? time = null) : IAuroraMesh
{
    /// <summary>The name of its one node.</summary>
    public const string NodeName = "in-memory";

    private static readonly string[] Types = ["llm_inference", "training", "embeddings", "custom", "test"];

    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, InMemoryTask> tasks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> idsByKey = new(StringComparer.Ordinal);

    /// <summary>Every request that was accepted, in no particular order.</summary>
    public IEnumerable<MeshTaskRequest> Accepted => tasks.Values.Select(task => task.Request);

    /// <inheritdoc/>
    public Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        Judge(request, "");
        return Task.FromResult(Accept(request, SubmitOptions.KeyOf(options)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var key = SubmitOptions.KeyOf(options);
        foreach (var (index, request) in requests.Index())
        {
            Judge(request, $"tasks[{index}].");
        }

        return Task.FromResult<IReadOnlyList<TaskHandle>>([.. requests.Select((request, index) => Accept(request, $"{key}/{index}"))]);
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

        try
        {
            await task.Ended.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It is shown as it is.
        }

        return task.View;
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string taskId, CancellationToken cancellationToken = default) =>
        tasks.TryGetValue(taskId, out var task)
            ? Task.FromResult(task.TryEnd(MeshTaskStatus.Cancelled, null, "cancelled by the caller"))
            : throw new TaskNotFoundException(taskId);

    /// <inheritdoc/>
    public Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default)
    {
        if (!tasks.TryGetValue(taskId, out var task))
        {
            return Task.FromResult<TaskExplanation?>(null);
        }

        var runs = CanRun(task.Request);
        var refusals = runs ? Array.Empty<NodeRefusal>() : [new NodeRefusal("gpu_type", "the in-memory node does not run this task", Permanent: true)];
        return Task.FromResult<TaskExplanation?>(new TaskExplanation(
            taskId, JsonNamingPolicy.SnakeCaseLower.ConvertName(task.View.Status.ToString()), runs ? "It went to the in-memory node." : "No node can run it.",
            QueuePosition: null, task.Request.Priority, task.View.AssignedNode,
            new Dictionary<string, NodeExplanation> { [NodeName] = new(runs, refusals, runs ? 1 : null, new Dictionary<string, double>()) }));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeshTask> ListActiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var task in Views.Where(task => !task.HasEnded))
        {
            yield return task;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MeshTask>>([.. Views.Where(task => task.HasEnded).OrderBy(task => task.CompletedAt).TakeLast(100)]);

    /// <inheritdoc/>
    public Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var views = Views.ToList();
        return Task.FromResult(new MeshStatus(
            NodeName, 1, 0, 0, views.Count(task => task.Status is MeshTaskStatus.Running), views.Count(task => task.Status is MeshTaskStatus.Queued),
            views.Count(task => task.Status is MeshTaskStatus.Completed)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MeshNode>>(
        [
            new MeshNode(
                0, "CPU", 0, "active", Views.Count(task => task.Status is MeshTaskStatus.Running), Views.Count(task => task.Status is MeshTaskStatus.Completed),
                clock.GetUtcNow(), "in-memory", 0, int.MaxValue, Types, []) { NodeId = NodeName },
        ]);

    private IEnumerable<MeshTask> Views => tasks.Values.Select(task => task.View);

    private static void Judge(MeshTaskRequest request, string prefix)
    {
        request.Validate(prefix);
        if (!Types.Contains(request.TaskType, StringComparer.Ordinal))
        {
            throw new InvalidTaskException(prefix + "task_type", $"must be one of {string.Join(", ", Types)}, or a type that a node announces");
        }
    }

    private bool CanRun(MeshTaskRequest request) => canRun?.Invoke(request) ?? request.GpuType is null;

    private TaskHandle Accept(MeshTaskRequest request, string key)
    {
        var taskId = idsByKey.GetOrAdd(key, _ => $"task_{Guid.CreateVersion7():N}");
        var task = new InMemoryTask(taskId, request, clock);
        if (tasks.TryAdd(taskId, task) && CanRun(request))
        {
            task.Start(NodeName, cancellation => run?.Invoke(request, cancellation) ?? EchoAsync(request, cancellation));
        }

        var view = tasks[taskId].View;
        return new TaskHandle(this, taskId, view.AssignedNode is { } node
            ? new TaskSubmission(taskId, "assigned", node)
            : new TaskSubmission(taskId, "queued", Message: "No node can run it."));
    }

    private async Task<JsonNode?> EchoAsync(MeshTaskRequest request, CancellationToken cancellation)
    {
        if (request is not TestRequest test)
        {
            return new JsonObject();
        }

        await Task.Delay(test.Sleep ?? TimeSpan.Zero, clock, cancellation).ConfigureAwait(false);
        return test.FailWith is { } error ? throw new InvalidOperationException(error) : new JsonObject { ["echo"] = test.Payload?.DeepClone() };
    }
}
