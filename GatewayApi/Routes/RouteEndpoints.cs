using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>Routes: names that clients ask for as a model, each split over variants that are compared.</summary>
internal static class RouteEndpoints
{
    private const int BodyBytesMax = 16 * 1024;

    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/routes").WithTags("Routes");
        group.MapGet("", ListAsync).WithMetadata(RouteScope.Read).WithSummary("Every route with its variants.").Produces<RouteList>().ProducesRefusals(503);
        group.MapGet("/{route}", GetAsync).WithMetadata(RouteScope.Read).WithSummary("One route with its variants.").Produces<RouteShown>().ProducesRefusals(404, 503);
        group.MapGet("/{route}/report", ReportAsync).WithMetadata(RouteScope.Read)
            .WithSummary("Compares the variants of a route: failures, latency, time to first token, tokens by the second and cost, with 95 % confidence intervals.")
            .Produces<RouteReport>().ProducesRefusals(404, 503);
        group.MapPut("/{route}", PutAsync).WithMetadata(RouteScope.Operate)
            .WithSummary("Creates or replaces a route. Variants that stay as they are keep what was seen of them.")
            .Produces<RouteShown>().ProducesRefusals(400, 413, 415, 422, 503);
        group.MapDelete("/{route}", DeleteAsync).WithMetadata(RouteScope.Operate)
            .WithSummary("Forgets a route and what was seen of it.").Produces(StatusCodes.Status204NoContent).ProducesRefusals(404, 503);
    }

    private static async Task ListAsync(HttpContext context, RouteDirectory directory) => await JsonAnswer.WriteAsync(
        context, new RouteList([.. (await directory.GetAsync()).Select(RouteShown.From)]), GatewayJsonContext.Web.RouteList);

    private static async Task GetAsync(HttpContext context, string route, RouteDirectory directory) =>
        await (await directory.FindAsync(route) is { } found
            ? JsonAnswer.WriteAsync(context, RouteShown.From(found), GatewayJsonContext.Web.RouteShown)
            : NoRoute(route).ExecuteAsync(context));

    private static async Task ReportAsync(HttpContext context, string route, IGrainFactory grains) =>
        await (await grains.GetGrain<IRouteGrain>(0).ReportAsync(route) is { } variants
            ? JsonAnswer.WriteAsync(context, RouteReport.From(route, variants), GatewayJsonContext.Web.RouteReport)
            : NoRoute(route).ExecuteAsync(context));

    private static async Task PutAsync(HttpContext context, string route, IGrainFactory grains, RouteDirectory directory)
    {
        var (parsed, problem) = await ReadAsync(context, route);
        if (parsed is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        await grains.GetGrain<IRouteGrain>(0).PutAsync(parsed);
        directory.Forget();
        await JsonAnswer.WriteAsync(context, RouteShown.From(parsed), GatewayJsonContext.Web.RouteShown);
    }

    private static async Task<IResult> DeleteAsync(string route, IGrainFactory grains, RouteDirectory directory)
    {
        var deleted = await grains.GetGrain<IRouteGrain>(0).DeleteAsync(route);
        directory.Forget();
        return deleted ? TypedResults.NoContent() : NoRoute(route);
    }

    private static async ValueTask<(ModelRoute? Route, Problem? Problem)> ReadAsync(HttpContext context, string name)
    {
        if (!RouteParser.IsName(name))
        {
            return (null, Problem.Invalid("route", "must be 1 to 64 letters, digits, '.', '_' and '-'"));
        }

        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, wrongType);
        }

        if (await RequestBody.ReadAsync(context.Request, BodyBytesMax, context.RequestAborted) is not { } body)
        {
            return (null, Problem.TooLarge($"A route takes at most {BodyBytesMax} bytes."));
        }

        var read = RouteParser.Parse(name, body);
        context.Request.BodyReader.AdvanceTo(body.End);
        return read;
    }

    private static Problem NoRoute(string name) =>
        new(StatusCodes.Status404NotFound, "unknown_route", "There is no such route.", $"No route has the name '{(name.Length > 64 ? name[..64] + "…" : name)}'.");
}
