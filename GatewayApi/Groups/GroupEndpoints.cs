using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Embeddings;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Groups;

/// <summary>Tasks that were submitted together: how far they are, what they made, and what is done to all of them.</summary>
internal static class GroupEndpoints
{
    private const int PageSize = 500;
    private const int CallsAtOnce = 64;

    // A count reads an index entry for each task, so a large group is not counted at every turn.
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(500);

    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/groups/{group_id}").WithTags("Groups");
        groups.MapGet("", GetAsync).WithMetadata(RouteScope.Read)
            .WithSummary("How far a group is; with ?wait=30s the answer comes when all its tasks have ended, or after that time.")
            .Produces<Group>()
            .ProducesRefusals(404, 422, 503);
        groups.MapGet("/results", GetResultsAsync).WithMetadata(RouteScope.Read)
            .WithSummary("One line of JSON for each task, in order: its number, status, and result or error; ?status= leaves out the others.")
            .Produces<string>(StatusCodes.Status200OK, GroupResults.MediaType)
            .ProducesRefusals(404, 422, 503);
        groups.MapGet("/embeddings", GetEmbeddingsAsync).WithMetadata(RouteScope.Read)
            .WithSummary("The vectors of all its parts in the order of the inputs, as POST /v1/embeddings answers; 409 until every part has completed.")
            .Produces<object>()
            .ProducesRefusals(404, 409, 503);
        groups.MapDelete("", CancelAsync).WithMetadata(RouteScope.Submit)
            .WithSummary("Cancels every task of the group that has not ended.")
            .Produces<GroupCancelled>()
            .ProducesRefusals(404, 503);
        groups.MapPost("/retry", RetryAsync).WithMetadata(RouteScope.Submit)
            .WithSummary("Puts every task of the group that failed back in line.")
            .Produces<GroupRetried>()
            .ProducesRefusals(404, 503);
    }

    private static async Task GetAsync(HttpContext context, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (!WaitTime.TryParse(context.Request.Query["wait"], out var wait))
        {
            await Problem.Invalid("wait", WaitTime.Expected).ExecuteAsync(context);
            return;
        }

        if (await FindAsync(context, grains) is not var (prefix, counts))
        {
            return;
        }

        if (wait > TimeSpan.Zero)
        {
            context.MarkLongLived();
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        for (var started = time.GetTimestamp(); counts.Ended < counts.Total && time.GetElapsedTime(started) < wait && !ending.IsCancellationRequested;)
        {
            await Task.Delay(CountInterval, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            counts = await grains.GetGrain<ITaskQueryGrain>(0).CountGroupAsync(prefix);
        }

        await JsonAnswer.WriteAsync(context, Group.From(GroupOf(context), counts), GatewayJsonContext.Web.Group);
    }

    private static async Task GetResultsAsync(HttpContext context, IGrainFactory grains)
    {
        if (!GroupResults.TryParseStatus(context.Request.Query["status"], out var status))
        {
            await Problem.Invalid("status", $"must be one of {string.Join(", ", GroupResults.Statuses)}").ExecuteAsync(context);
            return;
        }

        if (await FindAsync(context, grains) is var (prefix, _))
        {
            await GroupResults.WriteAsync(context, GroupPages.ReadAsync(grains, prefix, PageSize), status);
        }
    }

    private static async Task GetEmbeddingsAsync(HttpContext context, IGrainFactory grains)
    {
        if (await FindAsync(context, grains) is not var (prefix, counts))
        {
            return;
        }

        if (counts.Completed < counts.Total)
        {
            await NotReady($"{counts.Completed} of its {counts.Total} tasks have completed, {counts.Failed} failed and {counts.Cancelled} were cancelled.").ExecuteAsync(context);
            return;
        }

        var first = await grains.GetGrain<ITaskQueryGrain>(0).ListGroupAsync(prefix, null, 1);
        if (EmbeddingAnswer.CountIn(first[0].Result) is null)
        {
            await NotReady("Its results are no vectors.").ExecuteAsync(context);
            return;
        }

        await EmbeddingAnswer.WriteAsync(context, GroupPages.ReadLargeAsync(grains, prefix));
    }

    private static Problem NotReady(string detail) => new(StatusCodes.Status409Conflict, "no_embeddings", "The group has no vectors to put together.", detail);

    private static async Task CancelAsync(HttpContext context, IGrainFactory grains)
    {
        if (await FindAsync(context, grains) is var (prefix, _))
        {
            var cancelled = await ForEachAsync(
                grains, prefix, task => !task.HasEnded, async grain => await grain.CancelAsync() is CancelOutcome.Cancelled);
            await JsonAnswer.WriteAsync(context, new GroupCancelled(cancelled), GatewayJsonContext.Web.GroupCancelled);
        }
    }

    private static async Task RetryAsync(HttpContext context, IGrainFactory grains)
    {
        if (await FindAsync(context, grains) is var (prefix, _))
        {
            var retried = await ForEachAsync(
                grains, prefix, task => task.Status == "failed", async grain => await grain.RetryAsync() is RetryOutcome.Queued);
            await JsonAnswer.WriteAsync(context, new GroupRetried(retried), GatewayJsonContext.Web.GroupRetried);
        }
    }

    /// <summary>The group of the route; null when it was answered that there is none.</summary>
    private static async Task<(string Prefix, GroupCounts Counts)?> FindAsync(HttpContext context, IGrainFactory grains)
    {
        var groupId = GroupOf(context);
        if (GroupId.TryGetTaskPrefix(groupId, out var prefix)
            && await grains.GetGrain<ITaskQueryGrain>(0).CountGroupAsync(prefix) is { Total: > 0 } counts)
        {
            return (prefix, counts);
        }

        await new Problem(StatusCodes.Status404NotFound, "unknown_group", "There is no such group.", $"No tasks were submitted as '{(groupId.Length <= GroupId.LengthMax ? groupId : groupId[..GroupId.LengthMax] + "…")}'.").ExecuteAsync(context);
        return null;
    }

    private static string GroupOf(HttpContext context) => (string)context.Request.RouteValues["group_id"]!;

    private static async Task<long> ForEachAsync(IGrainFactory grains, string prefix, Func<TaskView, bool> isMeant, Func<ITaskGrain, Task<bool>> act)
    {
        long count = 0;
        await foreach (var page in GroupPages.ReadAsync(grains, prefix, PageSize))
        {
            await Parallel.ForEachAsync(page.Where(isMeant), new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (task, _) =>
            {
                if (await act(grains.GetGrain<ITaskGrain>(task.TaskId)))
                {
                    Interlocked.Increment(ref count);
                }
            });
        }

        return count;
    }
}
