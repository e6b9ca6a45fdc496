using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Recording;

/// <summary>Recordings as JSON.</summary>
public static class RecordingJson
{
    /// <summary>The recording as UTF-8 text.</summary>
    public static byte[] Write(MeshRecording recording) => JsonSerializer.SerializeToUtf8Bytes(recording, RecordingJsonContext.Default.MeshRecording);

    /// <summary>Throws <see cref="JsonException"/> on what is not a recording.</summary>
    public static MeshRecording Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, RecordingJsonContext.Default.MeshRecording) ?? throw new JsonException("A recording is an object.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = false,
    Converters = [typeof(LabelSetJson), typeof(NameSetJson)])]
[JsonSerializable(typeof(MeshRecording))]
internal sealed partial class RecordingJsonContext : JsonSerializerContext;

/// <summary>Labels as <c>["key=value"]</c>.</summary>
internal sealed class LabelSetJson : JsonConverter<LabelSet>
{
    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LabelSet.Of(JsonNames.Read(ref reader).Select(label => label.Split('=', 2) is [var key, var value]
            ? KeyValuePair.Create(key, value)
            : throw new JsonException($"The label {label} must be key=value.")));

    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options) => JsonNames.Write(writer, value.All);
}

/// <summary>Names in order, so that equal sets are equal text.</summary>
internal sealed class NameSetJson : JsonConverter<IReadOnlySet<string>>
{
    public override IReadOnlySet<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonNames.Read(ref reader).ToHashSet(StringComparer.Ordinal);

    public override void Write(Utf8JsonWriter writer, IReadOnlySet<string> value, JsonSerializerOptions options) =>
        JsonNames.Write(writer, value.Order(StringComparer.Ordinal));
}

internal static class JsonNames
{
    public static List<string> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            throw new JsonException("There must be an array of strings.");
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType is JsonTokenType.String)
        {
            names.Add(reader.GetString()!);
        }

        return reader.TokenType is JsonTokenType.EndArray ? names : throw new JsonException("There must be an array of strings.");
    }

    public static void Write(Utf8JsonWriter writer, IEnumerable<string> names)
    {
        writer.WriteStartArray();
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }
}
