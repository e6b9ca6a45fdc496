using System.Text.Json.Serialization;

namespace Aurora.Client.Http.Json;

/// <summary>Every shape that this library reads, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UnixSecondsConverter), typeof(TaskStatusConverter)])]
[JsonSerializable(typeof(MeshTask))]
[JsonSerializable(typeof(MeshStatus))]
[JsonSerializable(typeof(TaskExplanation))]
[JsonSerializable(typeof(TaskSubmission))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(ActiveTasks))]
[JsonSerializable(typeof(EndedTasks))]
[JsonSerializable(typeof(NodeList))]
[JsonSerializable(typeof(MeshRefusal))]
[JsonSerializable(typeof(MeshIdentity))]
internal sealed partial class MeshJsonContext : JsonSerializerContext;

/// <summary><c>POST /tasks/batch</c>.</summary>
internal sealed record BatchAnswer(long Accepted, IReadOnlyList<TaskSubmission> Tasks);

/// <summary><c>GET /tasks/active</c>.</summary>
internal sealed record ActiveTasks(Dictionary<string, MeshTask> Tasks);

/// <summary><c>GET /tasks/completed</c>.</summary>
internal sealed record EndedTasks(IReadOnlyList<MeshTask> Tasks);

/// <summary><c>GET /mesh/nodes</c>.</summary>
internal sealed record NodeList(Dictionary<string, MeshNode> Nodes);
