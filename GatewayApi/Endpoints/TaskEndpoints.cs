using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>One task: read it, wait for it, cancel it, ask why it is where it is.</summary>
internal static class TaskEndpoints
{
    public static void MapTask(this IEndpointRouteBuilder tasks)
    {
        tasks.MapGet("/{task_id}", GetAsync).WithMetadata(RouteScope.Read)
            .WithSummary("One task; with ?wait=30s the answer comes when it has ended, or after that time.")
            .ProducesBody(AnswerSchemas.OneTask)
            .ProducesRefusals(404, 422, 503);
        tasks.MapDelete("/{task_id}", CancelAsync).WithMetadata(RouteScope.Submit)
            .WithSummary("Cancels a task that has not ended.")
            .ProducesBody(AnswerSchemas.OneTask)
            .ProducesRefusals(404, 409, 503);
        tasks.MapPost("/{task_id}/retry", RetryAsync).WithMetadata(RouteScope.Submit)
            .WithSummary("Puts a task that failed back in line.")
            .ProducesBody(AnswerSchemas.OneTask)
            .ProducesRefusals(404, 409, 503);
        tasks.MapGet("/{task_id}/explain", ExplainAsync).WithMetadata(RouteScope.Read)
            .WithSummary("Why a task waits, or why it went where it is.")
            .Produces<Explanation>()
            .ProducesRefusals(404, 503);
    }

    private static async Task GetAsync(HttpContext context, IGrainFactory grains, TimeProvider time)
    {
        if (!TaskRoute.TryGetId(context, out var taskId))
        {
            await Problem.NoTask(taskId).ExecuteAsync(context);
            return;
        }

        if (!WaitTime.TryParse(context.Request.Query["wait"], out var wait))
        {
            await Problem.Invalid("wait", WaitTime.Expected).ExecuteAsync(context);
            return;
        }

        var grain = grains.GetGrain<ITaskGrain>(taskId);
        var task = wait == TimeSpan.Zero ? await grain.GetAsync() : await WaitAsync(grain, wait, time, context.RequestAborted);
        await AnswerAsync(context, taskId, task);
    }

    private static async Task CancelAsync(HttpContext context, IGrainFactory grains)
    {
        if (!TaskRoute.TryGetId(context, out var taskId))
        {
            await Problem.NoTask(taskId).ExecuteAsync(context);
            return;
        }

        var grain = grains.GetGrain<ITaskGrain>(taskId);
        switch (await grain.CancelAsync())
        {
            case CancelOutcome.Cancelled:
                await AnswerAsync(context, taskId, await grain.GetAsync());
                break;
            case CancelOutcome.AlreadyEnded:
                await new Problem(StatusCodes.Status409Conflict, "already_ended", "The task has ended.",
                    $"The task '{taskId}' ended before it could be cancelled.").ExecuteAsync(context);
                break;
            default:
                await Problem.NoTask(taskId).ExecuteAsync(context);
                break;
        }
    }

    private static async Task RetryAsync(HttpContext context, IGrainFactory grains)
    {
        if (!TaskRoute.TryGetId(context, out var taskId))
        {
            await Problem.NoTask(taskId).ExecuteAsync(context);
            return;
        }

        var grain = grains.GetGrain<ITaskGrain>(taskId);
        switch (await grain.RetryAsync())
        {
            case RetryOutcome.Queued:
                await AnswerAsync(context, taskId, await grain.GetAsync());
                break;
            case RetryOutcome.NotFailed:
                await new Problem(StatusCodes.Status409Conflict, "not_failed", "The task has not failed.",
                    $"The task '{taskId}' has not failed, so there is nothing to try again.").ExecuteAsync(context);
                break;
            default:
                await Problem.NoTask(taskId).ExecuteAsync(context);
                break;
        }
    }

    private static async Task ExplainAsync(HttpContext context, IGrainFactory grains)
    {
        if (TaskRoute.TryGetId(context, out var taskId) && await grains.GetGrain<ITaskGrain>(taskId).ExplainAsync() is { } view)
        {
            await JsonAnswer.WriteAsync(context, Explanation.From(view), GatewayJsonContext.Web.Explanation);
            return;
        }

        await Problem.NoTask(taskId).ExecuteAsync(context);
    }

    private static async Task<TaskView?> WaitAsync(ITaskGrain grain, TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var left = wait - time.GetElapsedTime(started);
            var call = left < WaitTime.OneCallMax ? left : WaitTime.OneCallMax;
            if (call <= TimeSpan.Zero)
            {
                return await grain.GetAsync();
            }

            var task = await grain.WaitAsync(call).WaitAsync(cancellation);
            if (task is null or { HasEnded: true })
            {
                return task;
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, string taskId, TaskView? task) =>
        task is null
            ? Problem.NoTask(taskId).ExecuteAsync(context)
            : JsonAnswer.WriteAsync<TaskView>(context, task, TaskJson.Write);
}
