using System.Buffers;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Routes;
using Aurora.GatewayApi.Submissions;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>The endpoints of OpenAI's protocol: each request is a task, served by a node that has the model.</summary>
internal static class InferenceEndpoints
{
    public static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI");
        group.MapModels();
        Map(group, "/chat/completions", "Answers a chat, whole or as it is written ('stream': true).");
        Map(group, "/completions", "Goes on with a prompt, whole or as it is written ('stream': true).");
        Map(group, "/embeddings", "Vectors for one text or a list of texts.");
    }

    private static void Map(RouteGroupBuilder group, string path, string summary) =>
        group.MapPost(path, (HttpContext context, ModelDirectory directory, RouteTraffic routes, InferenceTasks tasks, IOptions<AuroraGatewayOptions> options) =>
                ServeAsync(context, "v1" + path, directory, routes, tasks, options.Value.InferenceBytesMax))
            .WithMetadata(RouteScope.Submit).WithSummary(summary).Produces<object>();

    private static async Task ServeAsync(HttpContext context, string endpoint, ModelDirectory directory, RouteTraffic routes, InferenceTasks tasks, int bytesMax)
    {
        context.MarkLongLived();
        var (request, error) = await ReadAsync(context, endpoint, bytesMax);
        if (request is null)
        {
            await error!.WriteAsync(context);
            return;
        }

        (request, var seen) = await routes.TakeAsync(context, request);
        var models = await directory.GetAsync();
        var model = models.Find(request.Model);
        if (model is null && !models.ServesAny)
        {
            await OpenAiError.UnknownModel(request.Model, [.. models.All.Select(known => known.Name)]).WriteAsync(context);
            return;
        }

        var serving = request.ToParts() is { } parts ? tasks.ServePartsAsync(context, request, parts) : tasks.ServeAsync(context, request, model, seen);
        await (seen is null ? serving : routes.ObserveAsync(context, seen, models, serving));
    }

    private static async ValueTask<(InferenceRequest? Request, OpenAiError? Error)> ReadAsync(HttpContext context, string endpoint, int bytesMax)
    {
        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, OpenAiError.From(wrongType));
        }

        if (await RequestBody.ReadAsync(context.Request, bytesMax, context.RequestAborted) is not { } body)
        {
            return (null, OpenAiError.From(Problem.TooLarge($"A request takes at most {bytesMax} bytes.")));
        }

        var parsed = InferenceRequest.Parse(
            endpoint, context.Request.Headers, CallerKey.PriorityOf(context), body.IsSingleSegment ? body.FirstSpan : body.ToArray());
        context.Request.BodyReader.AdvanceTo(body.End);
        return parsed;
    }
}
