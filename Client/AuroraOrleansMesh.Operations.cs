using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <content>Lists, and what an operator asks and does.</content>
internal sealed partial class AuroraOrleansMesh
{
    private const int PlannedMax = 1_000;

    public async Task<TaskPage> ListPageAsync(TaskListing listing, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        TaskPage.RequireLimit(limit);
        if (listing.Filter is { } filter)
        {
            var page = await calls.RunAsync(() => Query.ListAsync(TaskMapping.Filter(filter), cursor, limit), cancellationToken);
            return new TaskPage([.. page.Tasks.Select(task => TaskMapping.View(task)!)], page.Next);
        }

        var listed = listing.Kind is TaskListingKind.Active
            ? await calls.RunAsync(() => Query.ListActiveAsync(cursor, limit), cancellationToken)
            : await ListDeadLettersAsync(cursor, limit, cancellationToken);
        return new TaskPage([.. listed.Select(task => TaskMapping.View(task)!)], listed.Length == limit ? listed[^1].TaskId : null);
    }

    public async Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default) =>
        [.. (await calls.RunAsync(() => Query.ListCompletedAsync(EndedMax), cancellationToken)).Select(task => TaskMapping.View(task)!)];

    public async Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        MeshMapping.Status(await calls.RunAsync(() => Mesh.GetMeshAsync(), cancellationToken));

    public async Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        [.. (await calls.RunAsync(() => Mesh.GetMeshAsync(), cancellationToken)).Nodes.Select(MeshMapping.Node)];

    public async Task<IReadOnlyList<TaskPlan>> PlanAsync(IReadOnlyList<MeshTaskRequest> requests, CancellationToken cancellationToken = default)
    {
        if (requests.Count > PlannedMax)
        {
            throw new AuroraMeshException($"A plan takes at most {PlannedMax} tasks.");
        }

        var specs = await judge.ReadAsync([.. requests.Select(request => (request, request.ToJson()))], static index => $"tasks[{index}].", takesPrerequisites: false, cancellationToken);
        return [.. (await calls.RunAsync(() => Mesh.PlanAsync([.. specs]), cancellationToken)).Select(MeshMapping.Plan)];
    }

    public async Task<MeshQueue> GetQueueAsync(
        int limit = 100, string? pool = null, int minPriority = 0, int maxPriority = 10, CancellationToken cancellationToken = default)
    {
        MeshQueue.RequirePriorities(minPriority, maxPriority);
        return MeshMapping.Queue(await calls.RunAsync(
            () => (minPriority, maxPriority) is (0, 10) ? Mesh.GetQueueAsync(limit, pool) : Mesh.GetQueueOfAsync(limit, pool, minPriority, maxPriority),
            cancellationToken));
    }

    public async Task<IReadOnlyList<Abstractions.Views.MeshModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var models = MeshModels.Of(await calls.RunAsync(() => Mesh.GetMeshAsync(), cancellationToken));
        var routes = await calls.RunAsync(() => grains.GetGrain<IRouteGrain>(0).ListAsync(), cancellationToken);
        return
        [
            .. models.All.Where(model => !routes.Any(route => route.Name == model.Name)).Select(model => new Abstractions.Views.MeshModel(model.Name, model.Nodes, model.LoadedOn, [])),
            .. routes.Select(route => new Abstractions.Views.MeshModel(route.Name, [], [], [.. route.Variants.Select(variant => variant.Model).Distinct()])),
        ];
    }

    public Task CordonAsync(string nodeId, CancellationToken cancellationToken = default) => OperateAsync(nodeId, cordoned: true, drainFor: null, cancellationToken);

    public Task UncordonAsync(string nodeId, CancellationToken cancellationToken = default) => OperateAsync(nodeId, cordoned: false, drainFor: null, cancellationToken);

    public Task DrainAsync(string nodeId, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        NodeDrain.Require(deadline);
        return OperateAsync(nodeId, cordoned: true, deadline, cancellationToken);
    }

    private async Task OperateAsync(string nodeId, bool cordoned, TimeSpan? drainFor, CancellationToken cancellationToken)
    {
        if (!await calls.RunAsync(() => Mesh.SetCordonAsync(nodeId, cordoned, drainFor), cancellationToken))
        {
            throw new NodeNotFoundException(nodeId);
        }
    }

    private async Task<TaskView[]> ListDeadLettersAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = cursor is null ? null : await calls.RunAsync(() => TaskGrain(cursor).GetAsync(), cancellationToken);
        return cursor is not null && before?.CompletedAt is null
            ? throw new AuroraMeshException("The cursor must be the next one of an earlier page.")
            : await calls.RunAsync(() => Query.ListFailedAsync(before, limit), cancellationToken);
    }
}
