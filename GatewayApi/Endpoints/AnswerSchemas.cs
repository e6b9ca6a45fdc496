using Aurora.Grains.Interfaces.Nodes;
using Microsoft.OpenApi;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>The bodies that are written by hand, as the OpenAPI document shows them.</summary>
internal static partial class AnswerSchemas
{
    /// <summary>Says that the endpoint answers 200 with a body of this shape.</summary>
    public static RouteHandlerBuilder ProducesBody(this RouteHandlerBuilder endpoint, Func<OpenApiSchema> shape) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Responses ??= [];
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = "OK",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = shape() } },
            };
            return Task.CompletedTask;
        });

    /// <summary><c>POST /tasks/batch</c>.</summary>
    public static OpenApiSchema Batch()
    {
        var outcome = Closed(("task_id", Text()), ("status", Text("As of a single submit, or `unknown` or `not_submitted`.")));
        outcome.Properties!["node"] = Text("Where it went, when it went somewhere at once.");
        outcome.Properties["message"] = Text("Why it waits, or what went wrong.");
        var batch = Closed(("accepted", Integer(0)), ("tasks", ListOf(outcome)));
        batch.Properties!["group_id"] = Text("What names all of them together; absent for an empty batch.");
        return batch;
    }

    /// <summary><c>GET /mesh/status</c>.</summary>
    public static OpenApiSchema MeshStatus()
    {
        var status = Closed(
            ("coordinator", Text()),
            ("total_nodes", Integer(0, description: "Nodes that are active.")),
            ("total_gpus", Integer(0)),
            ("total_vram", Integer(0, description: "GB over all active nodes.")),
            ("active_tasks", Integer(0)),
            ("queued_tasks", Integer(0)),
            ("completed_tasks", Integer(0)),
            ("nodes", MapOf(Closed(NodeMembers()))));
        return With(status, ("pools", MapOf(Closed(
            ("placement_profile", OneOf("balanced", "pack", "cost")),
            ("nodes", Integer(0, description: "Nodes that serve it and are there; one that serves several counts in each.")),
            ("queued_tasks", Integer(0)),
            ("active_tasks", Integer(0)),
            ("completed_tasks", Integer(0))))));
    }

    /// <summary><c>GET /mesh/nodes</c>.</summary>
    public static OpenApiSchema MeshNodes() => Closed(("nodes", MapOf(Node())));

    private static OpenApiSchema Node() => With(
        Closed(
        [
            .. NodeMembers(),
            ("last_ping", UnixSeconds()),
            ("last_seen_at", Moment()),
            ("transport", Text()),
            ("cpu_load", Number()),
            ("max_parallel", Integer(0)),
            ("task_types", ListOf(Text())),
            ("pools", ListOf(Text())),
            ("gpus", ListOf(Gpu())),
            ("facts", Open("What the agent says of its machine.")),
            ("simulated", Flag()),
        ]),
        ("status_reason", Text("Why it takes no work, as it says itself; absent while it does.")),
        ("idle_since", Moment("Since when a rented node holds no attempt; absent for one that does, and for any other node.")),
        ("release_advised", Flag("Whether it has been idle for so long that it should be given back; only beside idle_since.")));

    private static (string Name, OpenApiSchema Shape)[] NodeMembers() =>
    [
        ("gpu_count", Integer(0)),
        ("gpu_type", Text()),
        ("gpu_memory", Integer(0, description: "GB over all its GPUs.")),
        ("status", Text("`active`, or why the node gets no work.")),
        ("active_tasks", Integer(0)),
        ("completed_tasks", Integer(0)),
    ];

    private static OpenApiSchema Gpu() => Closed(
        ("index", Integer(0)),
        ("type", Text()),
        ("memory_bytes", Integer(0)),
        ("reserved_bytes", Integer(0)),
        ("uuid", OrNull(Text())),
        ("memory_used_bytes", OrNull(Number())),
        ("utilization", OrNull(Number())),
        ("temperature_celsius", OrNull(Number())),
        ("power_watts", OrNull(Number())),
        ("errors", OrNull(ListOf(Closed(
            ("kind", OneOf(GpuErrorKinds.EccCorrected, GpuErrorKinds.EccUncorrected, GpuErrorKinds.Xid)),
            ("xid", OrNull(Integer(1, GpuErrorKinds.XidMax, "NVIDIA's number of an `xid`; null for the other kinds."))),
            ("count", Integer(0, description: "Since the driver was loaded; of an `xid` since the agent watches.")))))));

    /// <summary>An object with these members, all of them always there.</summary>
    private static OpenApiSchema Closed(params ReadOnlySpan<(string Name, OpenApiSchema Shape)> members)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Required = new HashSet<string>(),
        };
        foreach (var (name, shape) in members)
        {
            schema.Properties[name] = shape;
            schema.Required.Add(name);
        }

        return schema;
    }

    /// <summary>The object with members more that are not always there.</summary>
    private static OpenApiSchema With(OpenApiSchema schema, params ReadOnlySpan<(string Name, OpenApiSchema Shape)> members)
    {
        foreach (var (name, shape) in members)
        {
            schema.Properties![name] = shape;
        }

        return schema;
    }

    /// <summary>An object with members of anybody's.</summary>
    private static OpenApiSchema Open(string description) => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = new OpenApiSchema(),
        Description = description,
    };

    private static OpenApiSchema MapOf(OpenApiSchema value) => new() { Type = JsonSchemaType.Object, AdditionalProperties = value };

    private static OpenApiSchema ListOf(OpenApiSchema item) => new() { Type = JsonSchemaType.Array, Items = item };

    private static OpenApiSchema Text(string? description = null) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Flag(string? description = null) => new() { Type = JsonSchemaType.Boolean, Description = description };

    private static OpenApiSchema Moment(string? description = null) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = description };

    private static OpenApiSchema OneOf(params IEnumerable<string> values) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. values.Select(value => (System.Text.Json.Nodes.JsonNode)value)],
    };

    private static OpenApiSchema Number(string? description = null) => new() { Type = JsonSchemaType.Number, Description = description };

    private static OpenApiSchema UnixSeconds(string description = "Unix seconds with microseconds.") => Number(description);

    private static OpenApiSchema Integer(long minimum, long? maximum = null, string? description = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = $"{minimum}",
        Maximum = maximum is { } most ? $"{most}" : null,
        Description = description,
    };

    private static OpenApiSchema OrNull(OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }
}
