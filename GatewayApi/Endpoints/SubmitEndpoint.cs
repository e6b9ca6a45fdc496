using System.Buffers;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Embeddings;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>POST /tasks/submit</c>, the path that every task takes: one pass over the body, one turn in the outbox.</summary>
internal static class SubmitEndpoint
{
    public static void MapSubmit(this IEndpointRouteBuilder tasks) =>
        tasks.MapPost("/submit", SubmitAsync)
            .WithMetadata(RouteScope.Submit)
            .WithSummary("Accepts one task, or with count many of it, which are answered like a batch. An answer means that the task is committed.")
            .WithSubmitBody()
            .Produces<SubmitAnswer>()
            .ProducesRefusals(400, 413, 415, 422, 429, 503);

    private static async Task SubmitAsync(
        HttpContext context, IGrainFactory grains, SubmitOutbox outbox, TaskIdSource ids, TaskTypeCatalog types, PoolCatalog pools, ControlsCheck controls,
        IOptions<AuroraGatewayOptions> options, GatewayInstruments instruments)
    {
        var keyProblem = IdempotencyKey.TryRead(context, out var key);
        using var _ = key;
        var (spec, count, bytes, problem) = keyProblem is null ? await ReadAsync(context, key, options.Value) : (null, null, 0, keyProblem);
        var (parts, tooManyInputs) = spec is not null && count is null ? EmbeddingArray.Expand(spec, ids, options.Value.SubmitBytesMax) : default;
        problem ??= tooManyInputs
            ?? (parts is null && bytes > options.Value.SubmitBytesMax ? TooLarge(options.Value.SubmitBytesMax) : null)
            ?? await JudgeAsync(spec!, count, types, pools, controls, options.Value.BatchBytesMax);
        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        if (count is not null || parts is not null)
        {
            await BatchEndpoint.SubmitJudgedAsync(context, grains, parts ?? TaskArray.Expand(spec!, count!.Value, ids), key, instruments);
            return;
        }

        List<NewTask> task = [new NewTask(ids.Next(), spec!, Watched: false)];
        key?.Apply(task);
        var outcome = await outbox.SubmitAsync(task[0]);
        if (outcome.Status == "conflict")
        {
            await IdempotencyKey.Conflict.ExecuteAsync(context);
            return;
        }

        if (outcome.Status == "refused")
        {
            await Problem.QueueFull(outcome.Message!).ExecuteAsync(context);
            return;
        }

        if (outcome.IsRepeat)
        {
            instruments.Replayed();
        }

        await JsonAnswer.WriteAsync(context, SubmitAnswer.From(outcome), GatewayJsonContext.Web.SubmitAnswer);
    }

    private static async ValueTask<Problem?> JudgeAsync(TaskSpec spec, int? count, TaskTypeCatalog types, PoolCatalog pools, ControlsCheck controls, int arrayBytesMax) =>
        await types.RefuseAsync(spec.TaskType) is { } refusal ? Problem.Invalid("task_type", refusal)
        : await pools.RefuseAsync(spec.Pool) is { } unknownPool ? Problem.Invalid("pool", unknownPool)
        : await controls.RefuseAsync(spec) is { } refused ? refused
        : count is not null && TaskArray.SizeOf(spec, count.Value) > arrayBytesMax ? Problem.TooLarge($"The tasks of an array take at most {arrayBytesMax} bytes together.")
        : null;

    private static Problem TooLarge(int bytesMax) => Problem.TooLarge(
        $"A task takes at most {bytesMax} bytes; pass large inputs by reference, and many inputs of embeddings with batch_size.");

    private static async ValueTask<(TaskSpec? Spec, int? Count, long Bytes, Problem? Problem)> ReadAsync(
        HttpContext context, IdempotencyKey? key, AuroraGatewayOptions options)
    {
        var bytesMax = options.InferenceBytesMax;
        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, null, 0, wrongType);
        }

        if (await RequestBody.ReadAsync(context.Request, bytesMax, context.RequestAborted) is not { } body)
        {
            return (null, null, 0, TooLarge(bytesMax));
        }

        key?.Append(body);
        var bytes = body.Length;
        var (spec, count, refusal) = SubmitParser.ParseArray(
            body.IsSingleSegment ? body.FirstSpan : body.ToArray(), CallerKey.PriorityOf(context));
        var problem = Problem.From(refusal);
        if (spec is not null)
        {
            (spec, problem) = TenantName.Apply(context, spec, options);
        }

        context.Request.BodyReader.AdvanceTo(body.End);
        return (spec, count, bytes, problem);
    }
}
