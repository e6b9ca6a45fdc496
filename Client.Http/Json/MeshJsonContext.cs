using System.Text.Json;
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
[JsonSerializable(typeof(MeshQueue))]
[JsonSerializable(typeof(MeshCosts))]
[JsonSerializable(typeof(MeshGroup))]
[JsonSerializable(typeof(GroupResult))]
[JsonSerializable(typeof(GroupCancelled))]
[JsonSerializable(typeof(GroupRetried))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(EventData))]
[JsonSerializable(typeof(OutputData))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class MeshJsonContext : JsonSerializerContext;

/// <summary><c>POST /tasks/batch</c>.</summary>
internal sealed record BatchAnswer(string? GroupId, long Accepted, IReadOnlyList<TaskSubmission> Tasks);

/// <summary><c>GET /tasks/active</c>.</summary>
internal sealed record ActiveTasks(Dictionary<string, MeshTask> Tasks);

/// <summary><c>GET /tasks/completed</c>.</summary>
internal sealed record EndedTasks(IReadOnlyList<MeshTask> Tasks);

/// <summary><c>GET /mesh/nodes</c>.</summary>
internal sealed record NodeList(Dictionary<string, MeshNode> Nodes);

/// <summary><c>POST /tasks/plan</c>.</summary>
internal sealed record PlanAnswer(IReadOnlyList<TaskPlan> Tasks);

/// <summary><c>DELETE /groups/{id}</c>.</summary>
internal sealed record GroupCancelled(long Cancelled);

/// <summary><c>POST /groups/{id}/retry</c>.</summary>
internal sealed record GroupRetried(long Retried);

/// <summary><c>GET /v1/models</c>.</summary>
internal sealed record ModelList(IReadOnlyList<ModelEntry> Data);

/// <summary>One model, with what the mesh adds to OpenAI's shape.</summary>
internal sealed record ModelEntry(string Id, ModelPlaces? Aurora);

/// <summary>Where a model is, or what a route leads to.</summary>
internal sealed record ModelPlaces(IReadOnlyList<string>? Nodes, IReadOnlyList<string>? LoadedOn, IReadOnlyList<string>? RouteTo);

/// <summary>What an event of the mesh carries.</summary>
internal sealed record EventData(DateTimeOffset At, string? TaskId, int Attempt, string? Node, string? Detail);

/// <summary>What an event of a log carries.</summary>
internal sealed record OutputData(int Attempt, string Text);
