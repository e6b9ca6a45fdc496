using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Output;
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

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(250);

    private static async Task GetAsync(HttpContext context, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime lifetime)
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

        var grain = grains.GetReference<ITaskGrain>(taskId);
        if (wait > TimeSpan.Zero)
        {
            context.MarkLongLived();
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await WaitForEndAsync(grain, wait, time, ending.Token);
            context.RequestAborted.ThrowIfCancellationRequested();
        }

        var task = await grain.GetAsync();
        var progress = task is { Status: "running" } ? await grains.GetGrain<ITaskOutputGrain>(taskId).GetProgressAsync() : null;
        await AnswerAsync(context, taskId, task, progress);
    }

    private static async Task CancelAsync(HttpContext context, IGrainFactory grains)
    {
        if (!TaskRoute.TryGetId(context, out var taskId))
        {
            await Problem.NoTask(taskId).ExecuteAsync(context);
            return;
        }

        var grain = grains.GetReference<ITaskGrain>(taskId);
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

        var grain = grains.GetReference<ITaskGrain>(taskId);
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
        if (TaskRoute.TryGetId(context, out var taskId) && await grains.GetReference<ITaskGrain>(taskId).ExplainAsync() is { } view)
        {
            await JsonAnswer.WriteAsync(context, Explanation.From(view), GatewayJsonContext.Web.Explanation);
            return;
        }

        await Problem.NoTask(taskId).ExecuteAsync(context);
    }

    /// <summary>
    /// Returns when the task has ended or is not known, when the time is over, or when this gateway stops: whoever waits is
    /// then told how the task stands and can ask another gateway. A silo that dies meanwhile only interrupts the wait.
    /// </summary>
    private static async Task WaitForEndAsync(ITaskGrain grain, TimeSpan wait, TimeProvider time, CancellationToken ending)
    {
        var started = time.GetTimestamp();
        while (wait - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero && !ending.IsCancellationRequested)
        {
            try
            {
                var task = await grain.WaitAsync(left < WaitTime.OneCallMax ? left : WaitTime.OneCallMax).WaitAsync(ending);
                if (task is null or { HasEnded: true })
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (ProblemMiddleware.IsUnavailable(e))
            {
                await Task.Delay(AskAgainAfter, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, string taskId, TaskView? task, string? progress = null) =>
        task is null
            ? Problem.NoTask(taskId).ExecuteAsync(context)
            : JsonAnswer.WriteAsync(context, (task, progress), static (writer, answer) => TaskJson.Write(writer, answer.task, answer.progress));
}
