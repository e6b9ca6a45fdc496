using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>POST /tasks/batch</c>: judges the whole body as it arrives, and submits nothing unless all of it is good.</summary>
internal static class BatchEndpoint
{
    private const string Lines = "application/x-ndjson";

    public static void MapBatch(this IEndpointRouteBuilder tasks) =>
        tasks.MapPost("/batch", SubmitAsync)
            .WithMetadata(RouteScope.Submit)
            .WithSummary("Accepts many tasks: a JSON array, an object with the array 'tasks', or one task a line (application/x-ndjson).")
            .ProducesBody(AnswerSchemas.Batch)
            .ProducesRefusals(400, 413, 415, 422, 429, 503);

    private static async Task SubmitAsync(
        HttpContext context, IGrainFactory grains, TaskIdSource ids, TaskTypeCatalog types, PoolCatalog pools, ControlsCheck controls,
        IOptions<AuroraGatewayOptions> options, GatewayInstruments instruments)
    {
        if (RequestBody.RefuseUnlessJson(context.Request, Lines) is { } wrongType)
        {
            await wrongType.ExecuteAsync(context);
            return;
        }

        if (IdempotencyKey.TryRead(context, out var key) is { } badKey)
        {
            await badKey.ExecuteAsync(context);
            return;
        }

        using var _ = key;
        var isLines = context.Request.ContentType!.StartsWith(Lines, StringComparison.OrdinalIgnoreCase);
        var elementBytesMax = options.Value.SubmitBytesMax;
        var priority = CallerKey.PriorityOf(context);
        BatchParser parser = isLines ? new LinesBatchParser(ids, elementBytesMax, priority) : new JsonBatchParser(ids, elementBytesMax, priority);
        if (await ReadAsync(context, parser, key, types, pools, options.Value.BatchBytesMax) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        for (var index = 0; index < parser.Tasks.Count; index++)
        {
            var task = parser.Tasks[index];
            var (spec, wrongTenant) = TenantName.Apply(context, task.Spec, options.Value, $"tasks[{index}].");
            if (wrongTenant is not null)
            {
                await wrongTenant.ExecuteAsync(context);
                return;
            }

            if (!ReferenceEquals(spec, task.Spec))
            {
                parser.Tasks[index] = task with { Spec = spec };
            }
        }

        var controlled = parser.Tasks.Index().Where(task => task.Item.Spec.Controls is not null).Select(task => ($"tasks[{task.Index}].", task.Item.Spec));
        if (await controls.RefuseAsync(controlled) is { } refused)
        {
            await refused.ExecuteAsync(context);
            return;
        }

        await SubmitJudgedAsync(context, grains, parser.Tasks, key, instruments);
    }

    /// <summary>Submits tasks that were judged, and answers.</summary>
    public static async Task SubmitJudgedAsync(HttpContext context, IGrainFactory grains, List<NewTask> tasks, IdempotencyKey? key, GatewayInstruments instruments)
    {
        key?.Apply(tasks);
        var outcomes = await BatchSubmission.RunAsync(grains, tasks, context.RequestAborted);
        if (outcomes.Exists(outcome => outcome.Status == "conflict"))
        {
            await IdempotencyKey.Conflict.ExecuteAsync(context);
            return;
        }

        if (outcomes.Count > 0 && outcomes.TrueForAll(outcome => outcome.Status == "refused"))
        {
            await Problem.QueueFull(outcomes[0].Message!).ExecuteAsync(context);
            return;
        }

        if (key is not null && outcomes.Exists(outcome => outcome.IsRepeat))
        {
            instruments.Replayed();
        }

        await BatchAnswer.WriteAsync(context, outcomes);
    }

    private static async Task<Problem?> ReadAsync(
        HttpContext context, BatchParser parser, IdempotencyKey? key, TaskTypeCatalog types, PoolCatalog pools, int bytesMax)
    {
        var tooLarge = Problem.TooLarge($"A batch takes at most {bytesMax} bytes; send it in several.");
        if (context.Request.ContentLength > bytesMax)
        {
            return tooLarge;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytesMax;
        }

        var body = context.Request.BodyReader;
        var bytes = 0L;
        while (true)
        {
            var read = await body.ReadAsync(context.RequestAborted);
            var consumed = parser.Read(read.Buffer, read.IsCompleted);
            bytes += read.Buffer.Slice(0, consumed).Length;
            key?.Append(read.Buffer.Slice(0, consumed));
            body.AdvanceTo(consumed, read.Buffer.End);
            while (parser.Problem is null && parser.UnjudgedTypes.TryDequeue(out var first))
            {
                if (await types.RefuseAsync(first.Type) is { } refusal)
                {
                    return Problem.Invalid($"tasks[{first.Index}].task_type", refusal);
                }
            }

            while (parser.Problem is null && parser.UnjudgedPools.TryDequeue(out var first))
            {
                if (await pools.RefuseAsync(first.Pool) is { } refusal)
                {
                    return Problem.Invalid($"tasks[{first.Index}].pool", refusal);
                }
            }

            if (parser.Problem is not null || read.IsCompleted)
            {
                return parser.Problem;
            }

            if (bytes > bytesMax)
            {
                return tooLarge;
            }
        }
    }
}
