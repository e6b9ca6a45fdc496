using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aurora.Cli.Commands;

namespace Aurora.Cli.Output;

/// <summary>What <c>-o json</c> prints: the library's shapes in snake_case, times in RFC 3339.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, Converters = [typeof(TaskStatusConverter)])]
[JsonSerializable(typeof(MeshStatus))]
[JsonSerializable(typeof(IReadOnlyList<MeshNode>))]
[JsonSerializable(typeof(MeshTask))]
[JsonSerializable(typeof(IReadOnlyList<MeshTask>))]
[JsonSerializable(typeof(TaskExplanation))]
[JsonSerializable(typeof(IReadOnlyList<TaskSubmission>))]
[JsonSerializable(typeof(TaskSubmission))]
[JsonSerializable(typeof(IReadOnlyList<DoctorFinding>))]
[JsonSerializable(typeof(LocalGpuReport))]
[JsonSerializable(typeof(IReadOnlyList<TaskPlan>))]
[JsonSerializable(typeof(IReadOnlyList<MeshModel>))]
[JsonSerializable(typeof(MeshQueue))]
[JsonSerializable(typeof(MeshGroup))]
[JsonSerializable(typeof(MeshCosts))]
internal sealed partial class Json : JsonSerializerContext
{
    public static void Print<T>(T value, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(value, type));
}

/// <summary>Statuses in lower case, as the API has them.</summary>
internal sealed class TaskStatusConverter() : JsonStringEnumConverter<MeshTaskStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

/// <summary>One thing that <c>aurora doctor</c> looked at.</summary>
/// <param name="Remedy">What to do, where it is not well.</param>
internal sealed record DoctorFinding(string Check, bool Well, string Finding, string? Remedy);
