using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What waits, in the order in which it goes, and what has a place on a node.</summary>
internal static class QueueEndpoints
{
    public static void MapQueue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mesh/queue", GetQueueAsync).WithTags("Mesh").WithMetadata(RouteScope.Read)
            .WithSummary("The tasks that go next, in order, each with what it waits for; ?limit= is at most 1000, ?pool= leaves out other pools, "
                + "?priority= other priorities, or ?min_priority= and ?max_priority= those outside a range.")
            .Produces<Queue>()
            .ProducesRefusals(422, 503);
        routes.MapGet("/mesh/nodes/{node_id}/tasks", GetTasksOnAsync).WithTags("Mesh").WithMetadata(RouteScope.Read)
            .WithSummary("The tasks that have a place on a node; none for a node that is not known.")
            .Produces<NodeTasks>()
            .ProducesRefusals(503);
    }

    private static async Task GetQueueAsync(HttpContext context, IGrainFactory grains, PoolCatalog pools)
    {
        if (QueueQuery.Read(context.Request.Query, out var errors) is not { } query)
        {
            await Problem.Invalid(errors).ExecuteAsync(context);
            return;
        }

        if (query.Pool is not null && await pools.RefuseAsync(query.Pool) is { } unknown)
        {
            await Problem.Invalid("pool", unknown).ExecuteAsync(context);
            return;
        }

        var mesh = grains.GetGrain<IMeshGrain>(0);
        var queue = query.HasAllPriorities
            ? await mesh.GetQueueAsync(query.Limit, query.Pool)
            : await mesh.GetQueueOfAsync(query.Limit, query.Pool, query.PriorityMin, query.PriorityMax);
        await JsonAnswer.WriteAsync(context, Queue.From(queue), GatewayJsonContext.Web.Queue);
    }

    private static async Task GetTasksOnAsync(HttpContext context, IGrainFactory grains)
    {
        var tasks = await grains.GetGrain<IMeshGrain>(0).GetTasksOnAsync((string)context.Request.RouteValues["node_id"]!);
        await JsonAnswer.WriteAsync(context, NodeTasks.From(tasks), GatewayJsonContext.Web.NodeTasks);
    }
}

/// <param name="Queued">All tasks that wait.</param>
/// <param name="ByPriority">How many of them have each priority, the highest first, those that some have; up to 5 s old where more than 5,000 wait.</param>
/// <param name="Tasks">The head of the queue, in order; of the priorities asked for where some were, and then up to 5 s old where more than 5,000 wait.</param>
internal sealed record Queue(long Queued, IReadOnlyList<QueuedPriority> ByPriority, IReadOnlyList<QueuedTask> Tasks)
{
    public static Queue From(QueueView view) => new(
        view.Queued,
        [.. view.ByPriority.Index().Where(each => each.Item > 0).Select(each => new QueuedPriority(each.Index, each.Item)).Reverse()],
        [.. view.Tasks.Select(task => new QueuedTask(
        task.TaskId, task.TaskType, task.Priority, task.EffectivePriority, task.SubmittedAt.ToUnixTimeMilliseconds() / 1000.0, task.Reason, task.Pool))]);
}

/// <param name="Queued">Tasks of this priority that wait.</param>
internal sealed record QueuedPriority(int Priority, long Queued);

/// <param name="EffectivePriority">The priority and one level for each ageing step that it has waited.</param>
/// <param name="SubmittedAt">In Unix seconds.</param>
/// <param name="Reason">Why it waits.</param>
/// <param name="Pool">In whose line.</param>
internal sealed record QueuedTask(string TaskId, string TaskType, int Priority, double EffectivePriority, double SubmittedAt, string Reason, string Pool);

internal sealed record NodeTasks(IReadOnlyList<PlacedTask> Tasks)
{
    public static NodeTasks From(IEnumerable<PlacedTaskView> tasks) => new([.. tasks.Select(task => new PlacedTask(
        task.TaskId, task.TaskType, task.Priority, task.Attempt, task.Gpus, task.SubmittedAt.ToUnixTimeMilliseconds() / 1000.0))]);
}

/// <param name="Gpus">Indexes of the node's GPUs.</param>
/// <param name="SubmittedAt">In Unix seconds.</param>
internal sealed record PlacedTask(string TaskId, string TaskType, int Priority, int Attempt, IReadOnlyList<int> Gpus, double SubmittedAt);
