using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Net.Http.Headers;

namespace Aurora.GatewayApi.Files;

/// <summary>What a task made: the files that it left in its output directory.</summary>
internal static class ArtifactEndpoints
{
    public static void MapArtifacts(this IEndpointRouteBuilder tasks)
    {
        tasks.MapGet("/{task_id}/artifacts", ListAsync).WithMetadata(RouteScope.Read)
            .WithSummary("The files that a task left in its output directory.")
            .Produces<ArtifactList>()
            .ProducesRefusals(404, 503);
        tasks.MapMethods("/{task_id}/artifacts/{**name}", [HttpMethods.Get, HttpMethods.Head], GetAsync).WithMetadata(RouteScope.Read)
            .WithSummary("One of them; ranges are served.")
            .Produces<string>(StatusCodes.Status200OK, "application/octet-stream")
            .ProducesRefusals(404, 422, 503);
    }

    private static async Task ListAsync(HttpContext context, ITaskFileStore store, IGrainFactory grains)
    {
        if (!TaskRoute.TryGetId(context, out var taskId) || await grains.GetGrain<ITaskGrain>(taskId).GetAsync() is null)
        {
            await Problem.NoTask(taskId).ExecuteAsync(context);
            return;
        }

        var files = store.Find(taskId, FileSet.Artifacts)?.Files ?? [];
        var list = new ArtifactList([.. files.Select(file => new Artifact(file.Name, file.Size, file.Sha256, $"/tasks/{taskId}/artifacts/{file.Name}"))]);
        await JsonAnswer.WriteAsync(context, list, GatewayJsonContext.Web.ArtifactList);
    }

    private static async Task GetAsync(HttpContext context, ITaskFileStore store)
    {
        var name = context.Request.RouteValues["name"] as string ?? "";
        if (!FileNames.IsPlain(name))
        {
            await Problem.Invalid("name", "must be a plain relative name: letters, digits, '.', '_', '-' and '/'").ExecuteAsync(context);
            return;
        }

        if (!TaskRoute.TryGetId(context, out var taskId)
            || store.Find(taskId, FileSet.Artifacts)?.Files.FirstOrDefault(file => file.Name == name) is not { } found
            || store.Open(taskId, found.Sha256) is not { } content)
        {
            await new Problem(StatusCodes.Status404NotFound, "no_artifact", "There is no such artifact.",
                $"The task '{taskId}' has no artifact '{name}'; GET /tasks/{taskId}/artifacts lists them.").ExecuteAsync(context);
            return;
        }

        // Nobody has looked into it: a browser saves it and shows nothing of it.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await TypedResults.Stream(
            content,
            "application/octet-stream",
            fileDownloadName: Path.GetFileName(name),
            entityTag: new EntityTagHeaderValue($"\"{found.Sha256}\""),
            enableRangeProcessing: true).ExecuteAsync(context);
    }
}

/// <summary><c>GET /tasks/{id}/artifacts</c>.</summary>
internal sealed record ArtifactList(IReadOnlyList<Artifact> Artifacts);

/// <param name="Size">In bytes.</param>
/// <param name="Url">Relative to the gateway.</param>
internal sealed record Artifact(string Name, long Size, string Sha256, string Url);
