using Aurora.Submissions;
using Microsoft.OpenApi;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What the OpenAPI document cannot see by itself: bodies read by hand, and refusals.</summary>
internal static class OpenApiNotes
{
    /// <summary>Says that the endpoint answers these statuses with a problem body.</summary>
    public static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<Problems.ProblemBody>(status, "application/problem+json");
        }

        return endpoint;
    }

    /// <summary>Describes the body of a submitted task.</summary>
    public static RouteHandlerBuilder WithSubmitBody(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = SubmitBody() } },
            };
            return Task.CompletedTask;
        });

    private static OpenApiSchema SubmitBody() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "task_type" },
        AdditionalPropertiesAllowed = true,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["task_type"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 64 },
            ["priority"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "10", Default = 5 },
            ["max_attempts"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 3 },
            ["count"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100000", Description = "So many tasks, a group; {index} stands for the number of each." },
            ["timeouts"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Seconds: queue_s, start_s, run_s and progress_s.",
                Properties = ControlsParser.Limits.ToDictionary(
                    name => name, IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.Number, ExclusiveMinimum = "0", Maximum = "31536000" }),
            },
            ["retry"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "on: of error, timeout, node_lost and oom those that are tried again; exit_codes: the exit codes that are.",
            },
            ["after"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "Ids of tasks that must complete before, or {\"task\": id, \"on\": \"end\"}.",
                Items = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Object },
            },
            ["labels"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String } },
            ["webhook"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri", Description = "Called when the task has ended." },
            ["tenant"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128, Description = "Whose task it is, for shares and quotas; by default the key's name." },
            ["duration_s"] = new OpenApiSchema { Type = JsonSchemaType.Number, ExclusiveMinimum = "0", Maximum = "31536000", Description = "How long an attempt is expected to run." },
            ["deadline"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it should have ended." },
            ["deadline_s"] = new OpenApiSchema { Type = JsonSchemaType.Number, ExclusiveMinimum = "0", Maximum = "31536000", Description = "The same in seconds after the submission." },
            ["on_late"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["run", "fail"], Description = "Whether it starts when it can no longer meet its deadline." },
            ["script"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Required for task_type custom." },
            ["requirements"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalPropertiesAllowed = true,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["memory_gb"] = new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "100000" },
                    ["gpu_count"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "1024" },
                    ["nodes"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "64", Default = 1, Description = "Different nodes that it needs at once, everything else on each of them." },
                    ["gpu_type"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 128 },
                },
            },
        },
    };
}
