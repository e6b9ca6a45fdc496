using System.Globalization;
using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Files;

/// <summary>
/// What nodes use: contents up and down, and sets that name them. Only the task's current attempt may write, so that a node that
/// was given up cannot put an old state over a newer one.
/// </summary>
internal static class NodeFileEndpoints
{
    private const int ManifestBytesMax = 4 << 20;

    public static void MapNodeFiles(this IEndpointRouteBuilder tasks)
    {
        tasks.MapMethods("/{task_id}/content/{sha256}", [HttpMethods.Get, HttpMethods.Head], GetContentAsync).WithMetadata(RouteScope.Join)
            .WithSummary("A content by its SHA-256, for the node that runs the task; HEAD asks whether it is there.")
            .Produces<string>(StatusCodes.Status200OK, "application/octet-stream")
            .ProducesRefusals(404);
        tasks.MapPut("/{task_id}/content/{sha256}", PutContentAsync).WithMetadata(RouteScope.Join)
            .WithSummary("Stores a content of the attempt ?attempt=.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(404, 409, 413, 422, 503, 507);
        tasks.MapGet("/{task_id}/files/{set}", GetSetAsync).WithMetadata(RouteScope.Join)
            .WithSummary("A set of files: checkpoint or artifacts.")
            .Produces<FileManifest>()
            .ProducesRefusals(404);
        tasks.MapPut("/{task_id}/files/{set}", PutSetAsync).WithMetadata(RouteScope.Join)
            .WithSummary("Replaces a set of files (checkpoint, artifacts or log) whose contents are stored.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(400, 404, 409, 413, 422, 503);
    }

    private static async Task GetContentAsync(HttpContext context, ITaskFileStore store)
    {
        var sha256 = HashOf(context);
        if (!TaskRoute.TryGetId(context, out var taskId) || !FileNames.IsHash(sha256) || store.Open(taskId, sha256) is not { } content)
        {
            await NotStored(sha256).ExecuteAsync(context);
            return;
        }

        await TypedResults.Stream(content, enableRangeProcessing: true).ExecuteAsync(context);
    }

    private static async Task PutContentAsync(HttpContext context, ITaskFileStore store, IGrainFactory grains, IOptions<AuroraGatewayOptions> options)
    {
        var sha256 = HashOf(context);
        if (!FileNames.IsHash(sha256))
        {
            await Problem.Invalid("sha256", "must be 64 hexadecimal digits in lower case").ExecuteAsync(context);
            return;
        }

        if (await FenceAsync(context, grains, context.Request.Query["attempt"].ToString()) is { } stale)
        {
            await stale.ExecuteAsync(context);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Value.FileBytesMax;
        }

        TaskRoute.TryGetId(context, out var taskId);
        var outcome = context.Request.ContentLength > options.Value.FileBytesMax
            ? PutOutcome.FileTooLarge
            : await store.PutAsync(taskId, sha256, context.Request.Body, context.RequestAborted);
        if (Refusal(outcome, options.Value) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task GetSetAsync(HttpContext context, ITaskFileStore store)
    {
        var set = SetOf(context);
        if (!TaskRoute.TryGetId(context, out var taskId) || set is not (FileSet.Checkpoint or FileSet.Artifacts) || store.Find(taskId, set) is not { } manifest)
        {
            await new Problem(StatusCodes.Status404NotFound, "no_files", "There are no such files.", $"The task '{taskId}' has no {set}.").ExecuteAsync(context);
            return;
        }

        await JsonAnswer.WriteAsync(context, manifest, GatewayJsonContext.Web.FileManifest);
    }

    private static async Task PutSetAsync(HttpContext context, ITaskFileStore store, IGrainFactory grains)
    {
        var set = SetOf(context);
        var (manifest, problem) = FileSet.IsKnown(set)
            ? await ReadManifestAsync(context)
            : (null, Problem.Invalid("set", "must be checkpoint, artifacts or log"));
        problem ??= await FenceAsync(context, grains, manifest!.Attempt.ToString(CultureInfo.InvariantCulture));
        if (problem is null)
        {
            TaskRoute.TryGetId(context, out var taskId);
            problem = store.TryReplace(taskId, FileSet.Of(set, manifest!.Attempt), manifest)
                ? null
                : new Problem(StatusCodes.Status409Conflict, "content_missing", "A content is missing.", "Store every content that the set names, then send the set again.");
        }

        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<(FileManifest? Manifest, Problem? Problem)> ReadManifestAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context.Request, ManifestBytesMax, context.RequestAborted) is not { } body)
        {
            return (null, Problem.TooLarge($"A set of files takes at most {ManifestBytesMax} bytes."));
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            var manifest = JsonSerializer.Deserialize(ref reader, GatewayJsonContext.Web.FileManifest);
            return manifest is null ? (null, Problem.Invalid("body", "must be a JSON object"))
                : manifest.FindFault() is var (field, message) ? (null, Problem.Invalid(field, message))
                : (manifest, null);
        }
        catch (JsonException e)
        {
            return (null, Problem.Broken($"The set of files cannot be read: {e.Message}"));
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    private static async Task<Problem?> FenceAsync(HttpContext context, IGrainFactory grains, string attempt)
    {
        if (!TaskRoute.TryGetId(context, out var taskId) || await grains.GetGrain<ITaskGrain>(taskId).GetAsync() is not { } task)
        {
            return Problem.NoTask(taskId);
        }

        return !int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Problem.Invalid("attempt", "must be the number of the attempt")
            : number != task.Attempt ? new Problem(StatusCodes.Status409Conflict, "stale_attempt", "The attempt is not the current one.",
                $"The task '{taskId}' is at attempt {task.Attempt}.")
            : null;
    }

    private static Problem? Refusal(PutOutcome outcome, AuroraGatewayOptions options) => outcome switch
    {
        PutOutcome.FileTooLarge => Problem.TooLarge($"One file takes at most {options.FileBytesMax} bytes."),
        PutOutcome.TaskFull => Problem.TooLarge($"The files of one task take at most {options.TaskFilesBytesMax} bytes."),
        PutOutcome.StoreFull => new Problem(StatusCodes.Status507InsufficientStorage, "store_full", "There is no room left.", "The disk that keeps the files of tasks is nearly full."),
        PutOutcome.OtherContent => Problem.Invalid("sha256", "must be the hash of the body"),
        _ => null,
    };

    private static Problem NotStored(string sha256) =>
        new(StatusCodes.Status404NotFound, "no_content", "There is no such content.", $"The task has no content '{(sha256.Length <= 64 ? sha256 : sha256[..64])}'.");

    private static string HashOf(HttpContext context) => context.Request.RouteValues["sha256"] as string ?? "";

    private static string SetOf(HttpContext context) => context.Request.RouteValues["set"] as string ?? "";
}
