using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Embeddings;

/// <summary>An <c>embeddings</c> task with more inputs than its <c>batch_size</c>: a group of tasks with so many each, for all nodes that can.</summary>
internal static class EmbeddingArray
{
    private const string BatchSize = "batch_size";

    /// <summary>The tasks of the group; null where the task is one task. Or the refusal.</summary>
    /// <param name="partBytesMax">Most bytes of one part.</param>
    public static (List<NewTask>? Tasks, Problem? Problem) Expand(TaskSpec spec, TaskIdSource ids, int partBytesMax)
    {
        if (spec.TaskType != KnownTaskTypes.Embeddings || BatchSizeOf(spec) is not { } size || EmbeddingParts.Split(spec.Payload, size) is not { } parts)
        {
            return default;
        }

        if (parts.Count > BatchParser.TasksMax)
        {
            return (null, Problem.Invalid(BatchSize, $"makes more than {BatchParser.TasksMax} parts"));
        }

        if (parts.Any(part => part.Length > partBytesMax))
        {
            return (null, Problem.Invalid(BatchSize, $"makes parts of more than {partBytesMax} bytes; it must be smaller"));
        }

        var stem = ids.Next();
        return ([.. parts.Select((part, index) => new NewTask(GroupId.TaskId(stem, index), spec with { Payload = part }, Watched: false))], null);
    }

    private static int? BatchSizeOf(TaskSpec spec)
    {
        if (!spec.Payload.Contains(BatchSize, StringComparison.Ordinal) && !spec.Requirements.Contains(BatchSize, StringComparison.Ordinal))
        {
            return null;
        }

        using var body = JsonDocument.Parse(spec.Payload);
        using var requirements = JsonDocument.Parse(spec.Requirements);
        return SizeIn(body.RootElement)
            ?? (body.RootElement.TryGetProperty("payload", out var payload) ? SizeIn(payload) : null)
            ?? SizeIn(requirements.RootElement);
    }

    // What is no size here is refused by the node, which reads the member too.
    private static int? SizeIn(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(BatchSize, out var size)
        && size.ValueKind is JsonValueKind.Number && size.TryGetInt32(out var number) && number > 0 ? number : null;
}
