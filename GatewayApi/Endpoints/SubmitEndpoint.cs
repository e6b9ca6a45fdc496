using System.Buffers;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
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
            .ProducesRefusals(400, 413, 415, 422, 503);

    private static async Task SubmitAsync(
        HttpContext context, IGrainFactory grains, SubmitOutbox outbox, TaskIdSource ids, TaskTypeCatalog types, ControlsCheck controls,
        IOptions<AuroraGatewayOptions> options)
    {
        var keyProblem = IdempotencyKey.TryRead(context, out var key);
        using var _ = key;
        var (spec, count, problem) = keyProblem is null ? await ReadAsync(context, key, options.Value.SubmitBytesMax) : (null, null, keyProblem);
        if (spec is not null && await types.RefuseAsync(spec.TaskType) is { } refusal)
        {
            problem = Problem.Invalid("task_type", refusal);
        }
        else if (spec is not null && await controls.RefuseAsync(spec) is { } refused)
        {
            problem = refused;
        }
        else if (spec is not null && count is not null && TaskArray.SizeOf(spec, count.Value) > options.Value.BatchBytesMax)
        {
            problem = Problem.TooLarge($"The tasks of an array take at most {options.Value.BatchBytesMax} bytes together.");
        }

        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        if (count is not null)
        {
            await BatchEndpoint.SubmitJudgedAsync(context, grains, TaskArray.Expand(spec!, count.Value, ids), key);
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

        await JsonAnswer.WriteAsync(context, SubmitAnswer.From(outcome), GatewayJsonContext.Web.SubmitAnswer);
    }

    private static async ValueTask<(TaskSpec? Spec, int? Count, Problem? Problem)> ReadAsync(
        HttpContext context, IdempotencyKey? key, int bytesMax)
    {
        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, null, wrongType);
        }

        if (await RequestBody.ReadAsync(context.Request, bytesMax, context.RequestAborted) is not { } body)
        {
            return (null, null, Problem.TooLarge($"A task takes at most {bytesMax} bytes; pass large inputs by reference."));
        }

        key?.Append(body);
        var parsed = SubmitParser.ParseArray(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
        context.Request.BodyReader.AdvanceTo(body.End);
        return parsed;
    }
}
