namespace Aurora.Client.Abstractions.Testing;

/// <content>Lists, and what an operator asks and does.</content>
public sealed partial class InMemoryAuroraMesh
{
    private volatile bool isOpen = true;
    private volatile bool isDraining;

    /// <summary>The models that it is to show. Default: none.</summary>
    public IReadOnlyList<MeshModel> Models { get; init; } = [];

    /// <inheritdoc/>
    public Task<TaskPage> ListPageAsync(TaskListing listing, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        TaskPage.RequireLimit(limit);
        MeshTask[] all = listing.Kind switch
        {
            TaskListingKind.Active => [.. Views.Where(task => !task.HasEnded).OrderBy(task => task.TaskId, StringComparer.Ordinal)],
            TaskListingKind.DeadLetters => [.. Views.Where(task => task.Status is MeshTaskStatus.Failed).OrderByDescending(task => task.CompletedAt).ThenByDescending(task => task.TaskId, StringComparer.Ordinal)],
            _ => [.. Views.Where(listing.Filter!.Fits).OrderByDescending(task => task.TaskId, StringComparer.Ordinal)],
        };
        var page = all.SkipWhile(task => cursor is not null && task.TaskId != cursor).Skip(cursor is null ? 0 : 1).Take(limit).ToList();
        return Task.FromResult(new TaskPage(page, page.Count == limit ? page[^1].TaskId : null));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MeshTask>>([.. Views.Where(task => task.HasEnded).OrderBy(task => task.CompletedAt).TakeLast(100)]);

    /// <inheritdoc/>
    public Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var views = Views.ToList();
        return Task.FromResult(new MeshStatus(
            NodeName, isOpen ? 1 : 0, 0, 0, views.Count(task => task.Status is MeshTaskStatus.Running), views.Count(task => task.Status is MeshTaskStatus.Queued),
            views.Count(task => task.Status is MeshTaskStatus.Completed)));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default)
    {
        var active = Views.Count(task => task.Status is MeshTaskStatus.Running);
        var status = isOpen ? "active" : !isDraining ? "cordoned" : active > 0 ? "draining" : "drained";
        return Task.FromResult<IReadOnlyList<MeshNode>>(
        [
            new MeshNode(0, "CPU", 0, status, active, Views.Count(task => task.Status is MeshTaskStatus.Completed), clock.GetUtcNow(), "in-memory", 0, int.MaxValue, Types, [])
            {
                NodeId = NodeName,
            },
        ]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskPlan>> PlanAsync(IReadOnlyList<MeshTaskRequest> requests, CancellationToken cancellationToken = default)
    {
        foreach (var (index, request) in requests.Index())
        {
            Judge(request, $"tasks[{index}].");
        }

        return Task.FromResult<IReadOnlyList<TaskPlan>>([.. requests.Select(request => isOpen && CanRun(request)
            ? new TaskPlan("assigned", NodeName, [], "It would go to the in-memory node.", SmallestChange: null)
            : new TaskPlan("queued", null, [], WhyItWaits(request), SmallestChange: null))]);
    }

    /// <inheritdoc/>
    public Task<MeshQueue> GetQueueAsync(
        int limit = 100, string? pool = null, int minPriority = 0, int maxPriority = 10, CancellationToken cancellationToken = default)
    {
        MeshQueue.RequirePriorities(minPriority, maxPriority);
        var waiting = tasks.Values.Where(task => task.View.Status is MeshTaskStatus.Queued && (pool is null || PoolOf(task) == pool))
            .OrderByDescending(task => task.Request.Priority).ThenBy(task => task.View.SubmittedAt).ToList();
        return Task.FromResult(new MeshQueue(waiting.Count, [.. waiting
            .Where(task => task.Request.Priority >= minPriority && task.Request.Priority <= maxPriority).Take(limit).Select(task => new QueuedTask(
            task.View.TaskId, task.Request.TaskType, task.Request.Priority, task.Request.Priority, task.View.SubmittedAt, WhyItWaits(task), PoolOf(task)))]));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MeshModel>> ListModelsAsync(CancellationToken cancellationToken = default) => Task.FromResult(Models);

    /// <inheritdoc/>
    public Task CordonAsync(string nodeId, CancellationToken cancellationToken = default)
    {
        RequireNode(nodeId);
        isOpen = false;
        TellOfNode("node.cordoned");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UncordonAsync(string nodeId, CancellationToken cancellationToken = default)
    {
        RequireNode(nodeId);
        isDraining = false;
        isOpen = true;
        TellOfNode("node.uncordoned");
        StartThoseThatWait();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DrainAsync(string nodeId, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        NodeDrain.Require(deadline);
        RequireNode(nodeId);
        isOpen = false;
        isDraining = true;
        TellOfNode("node.draining");
        _ = MoveAwayAsync(deadline);
        return Task.CompletedTask;
    }

    private static string PoolOf(InMemoryTask task) => task.View.Members.TryGetValue("pool", out var pool) ? pool.GetString()! : "default";

    private static void RequireNode(string nodeId)
    {
        if (nodeId != NodeName)
        {
            throw new NodeNotFoundException(nodeId);
        }
    }

    private void TellOfNode(string kind) => Tell(new MeshEvent(null, clock.GetUtcNow(), kind, NodeId: NodeName));

    private async Task MoveAwayAsync(TimeSpan deadline)
    {
        await Task.Delay(deadline, clock).ConfigureAwait(false);
        foreach (var task in tasks.Values.Where(_ => isDraining))
        {
            task.Requeue("The node was drained.");
        }
    }
}
