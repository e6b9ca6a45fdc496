using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>POST /tasks/plan</c>: what would become of tasks that were submitted now. Nothing is accepted and nothing changes.</summary>
internal static class PlanEndpoint
{
    /// <summary>Most tasks of one plan.</summary>
    public const int TasksMax = 1_000;

    public static void MapPlan(this IEndpointRouteBuilder tasks) =>
        tasks.MapPost("/plan", PlanAsync)
            .WithMetadata(RouteScope.Read)
            .WithSummary("Says where a task, or each of many, would run or why it would wait. Nothing is submitted.")
            .WithSubmitBody()
            .Produces<PlanAnswer>()
            .ProducesRefusals(400, 413, 415, 422, 503);

    public static void MapSnapshot(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/mesh/snapshot", RecordAsync)
            .WithTags("Mesh")
            .WithMetadata(RouteScope.Operate)
            .WithSummary("Records what decisions are made by, and what is decided of the tasks of the body. Nothing is submitted.")
            .WithSubmitBody()
            .Produces<object>()
            .ProducesRefusals(400, 413, 415, 422, 503);

    private static async Task PlanAsync(
        HttpContext context, IGrainFactory grains, TaskIdSource ids, TaskTypeCatalog types, PoolCatalog pools, IOptions<AuroraGatewayOptions> options)
    {
        if (await ReadKnownAsync(context, ids, types, pools, options.Value) is { } specs)
        {
            var planned = await grains.GetGrain<IMeshGrain>(0).PlanAsync(specs);
            await JsonAnswer.WriteAsync(context, PlanAnswer.From(planned), GatewayJsonContext.Web.PlanAnswer);
        }
    }

    private static async Task RecordAsync(
        HttpContext context, IGrainFactory grains, TaskIdSource ids, TaskTypeCatalog types, PoolCatalog pools, IOptions<AuroraGatewayOptions> options)
    {
        if (await ReadKnownAsync(context, ids, types, pools, options.Value) is { } specs)
        {
            if (specs.Select(spec => spec.Pool).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                await Problem.Invalid("pool", "must be the same for all tasks: a recording is of one pool").ExecuteAsync(context);
                return;
            }

            var pool = specs.Length > 0 ? specs[0].Pool : MeshConstants.DefaultPool;
            var recording = await grains.GetGrain<ISchedulerGrain>(pool).RecordAsync(specs);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(recording, context.RequestAborted);
        }
    }

    /// <summary>The tasks of the body; null when they were refused.</summary>
    private static async Task<TaskSpec[]?> ReadKnownAsync(
        HttpContext context, TaskIdSource ids, TaskTypeCatalog types, PoolCatalog pools, AuroraGatewayOptions options)
    {
        var (specs, problem) = await ReadAsync(context, ids, options.SubmitBytesMax);
        foreach (var type in specs?.Select(spec => spec.TaskType).Distinct(StringComparer.Ordinal) ?? [])
        {
            problem ??= await types.RefuseAsync(type) is { } refusal ? Problem.Invalid("task_type", refusal) : null;
        }

        foreach (var pool in specs?.Select(spec => spec.Pool).Distinct(StringComparer.Ordinal) ?? [])
        {
            problem ??= await pools.RefuseAsync(pool) is { } refusal ? Problem.Invalid("pool", refusal) : null;
        }

        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return null;
        }

        return specs;
    }

    private static async Task<(TaskSpec[]? Specs, Problem? Problem)> ReadAsync(HttpContext context, TaskIdSource ids, int elementBytesMax)
    {
        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, wrongType);
        }

        var bytesMax = 16 * elementBytesMax;
        if (await RequestBody.ReadAsync(context.Request, bytesMax, context.RequestAborted) is not { } body)
        {
            return (null, Problem.TooLarge($"A plan takes at most {bytesMax} bytes."));
        }

        var (specs, problem) = Read(body, ids, elementBytesMax, CallerKey.PriorityOf(context));
        context.Request.BodyReader.AdvanceTo(body.End);
        return (specs?.Select(spec => spec.Controls?.Tenant is null ? spec.For(TenantName.Of(context)) : spec).ToArray(), problem);
    }

    private static (TaskSpec[]? Specs, Problem? Problem) Read(ReadOnlySequence<byte> body, TaskIdSource ids, int elementBytesMax, int priority)
    {
        if (!IsBatch(body))
        {
            var (spec, refusal) = SubmitParser.Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), priority);
            return (spec is null ? null : [spec], Problem.From(refusal));
        }

        var parser = new JsonBatchParser(ids, elementBytesMax, priority);
        parser.Read(body, isFinal: true);
        return parser.Problem is { } refused ? (null, refused)
            : parser.Tasks.Count > TasksMax ? (null, Problem.TooLarge($"A plan takes at most {TasksMax} tasks."))
            : ([.. parser.Tasks.Select(task => task.Spec)], null);
    }

    /// <summary>Whether the body is an array, or an object with the member <c>tasks</c>.</summary>
    private static bool IsBatch(ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            {
                return reader.TokenType is JsonTokenType.StartArray;
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("tasks"u8))
                {
                    return true;
                }

                reader.Skip();
            }

            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whoever reads it as a task says what is wrong.
            return false;
        }
    }
}

/// <summary>One entry for each task, in order.</summary>
internal sealed record PlanAnswer(IReadOnlyList<PlannedEntry> Tasks)
{
    public static PlanAnswer From(IEnumerable<PlanView> planned) => new([.. planned.Select(plan => new PlannedEntry(
        plan.Status, plan.Node, plan.Gpus, plan.Summary, RequirementChanged.From(plan.SmallestChange))
    {
        Gang = plan.Members.Length > 0 ? [.. plan.Members.Select(member => new PlannedPart(member.NodeId, member.Gpus))] : null,
    })]);
}

/// <summary>What would become of one task.</summary>
/// <param name="Status">assigned or queued.</param>
internal sealed record PlannedEntry(
    string Status, string? Node, IReadOnlyList<int> Gpus, string Summary, RequirementChanged? SmallestChange)
{
    /// <summary>Of a task of several nodes each of them by rank; absent for any other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PlannedPart>? Gang { get; init; }
}

/// <summary>One node's part of a task of several.</summary>
internal sealed record PlannedPart(string Node, IReadOnlyList<int> Gpus);
