using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What an operator does with a node.</summary>
internal static class NodeOperationEndpoints
{
    private static readonly TimeSpan DrainDefault = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DrainMax = TimeSpan.FromHours(24);

    public static void MapNodeOperations(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/mesh/nodes/{node_id}").WithTags("Mesh").WithMetadata(RouteScope.Operate);
        nodes.MapPost("/cordon", (HttpContext context, IGrainFactory grains) => SetAsync(context, grains, cordoned: true, drainFor: null))
            .WithSummary("The node gets no new work; what it runs goes on.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(404, 503);
        nodes.MapPost("/uncordon", (HttpContext context, IGrainFactory grains) => SetAsync(context, grains, cordoned: false, drainFor: null))
            .WithSummary("The node gets work again; a quarantine ends too.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(404, 503);
        nodes.MapPost("/drain", DrainAsync)
            .WithSummary("As cordon; what still runs after ?deadline=10m is moved to other nodes.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(404, 422, 503);
    }

    private static async Task DrainAsync(HttpContext context, IGrainFactory grains)
    {
        var drainFor = DrainDefault;
        if (context.Request.Query["deadline"] is [{ Length: > 0 } text] && !WaitTime.TryParse(text, DrainMax, out drainFor))
        {
            await Problem.Invalid("deadline", "must be a duration from 0 to 24 h, such as 10m, 30s or 2h").ExecuteAsync(context);
            return;
        }

        await SetAsync(context, grains, cordoned: true, drainFor);
    }

    private static async Task SetAsync(HttpContext context, IGrainFactory grains, bool cordoned, TimeSpan? drainFor)
    {
        var nodeId = (string)context.Request.RouteValues["node_id"]!;
        if (await grains.GetGrain<IMeshGrain>(0).SetCordonAsync(nodeId, cordoned, drainFor))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await new Problem(StatusCodes.Status404NotFound, "unknown_node", "There is no such node.",
            $"No node with the id '{(nodeId.Length <= 128 ? nodeId : nodeId[..128] + "…")}' ever joined.").ExecuteAsync(context);
    }
}
