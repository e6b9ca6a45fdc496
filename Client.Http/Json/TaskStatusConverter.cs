using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.Client.Http.Json;

/// <summary>Statuses are lower case on the wire.</summary>
internal sealed class TaskStatusConverter() : JsonStringEnumConverter<MeshTaskStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
