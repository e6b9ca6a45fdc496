using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions;

/// <summary>Reads the members that a request has properties for, out of a task in JSON. A null is as good as absent.</summary>
internal readonly struct RequirementReading(JsonObject body)
{
    private readonly JsonObject requirements = body["requirements"] switch
    {
        null => [],
        JsonObject found => found,
        _ => throw new InvalidTaskException("requirements", "must be a JSON object"),
    };

    /// <summary>The members of <c>requirements</c> that have a property.</summary>
    public static IReadOnlyList<string> Known { get; } = ["memory_gb", "gpu_count", "gpu_type", "model"];

    public string TaskType => Text(body["task_type"], "task_type") ?? throw new InvalidTaskException("task_type", "is required");

    public int Priority => Whole(body["priority"], "priority") ?? 5;

    public double? MemoryGb => requirements["memory_gb"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        _ => throw new InvalidTaskException("requirements.memory_gb", "must be a number"),
    };

    public int? GpuCount => Whole(requirements["gpu_count"], "requirements.gpu_count");

    public string? GpuType => Text(requirements["gpu_type"], "requirements.gpu_type");

    public string? Model => Text(requirements["model"], "requirements.model");

    public JsonObject Others => new(requirements.Where(member => !Known.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static int? Whole(JsonNode? node, string field) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw new InvalidTaskException(field, "must be an integer"),
    };

    private static string? Text(JsonNode? node, string field) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new InvalidTaskException(field, "must be a string"),
    };
}
