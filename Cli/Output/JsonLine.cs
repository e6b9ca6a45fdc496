using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Cli.Output;

/// <summary>What <c>-o json</c> prints of things that come one by one: an object a line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(OutputKindConverter), typeof(TaskStatusConverter)])]
[JsonSerializable(typeof(MeshEvent))]
[JsonSerializable(typeof(TaskOutput))]
[JsonSerializable(typeof(GroupResult))]
internal sealed partial class JsonLine : JsonSerializerContext
{
    public static void Print<T>(T value, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(value, type));
}

/// <summary>Kinds in lower case, as the API has them.</summary>
internal sealed class OutputKindConverter() : JsonStringEnumConverter<TaskOutputKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
