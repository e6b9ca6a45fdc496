using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>One line of a run's output log.</summary>
/// <param name="Number">Counts the lines of the run from 0; the same number names the piece everywhere in the mesh.</param>
/// <param name="Kind">A script has no other kinds than stdout, stderr and progress.</param>
internal sealed record OutputLogLine(
    [property: JsonPropertyName("n")] long Number,
    [property: JsonPropertyName("k")] OutputKind Kind,
    [property: JsonPropertyName("t")] string Text);

/// <summary>The JSON of the log. Escapes only what JSON itself asks for, so that a log in any language stays small.</summary>
[JsonSerializable(typeof(OutputLogLine))]
internal sealed partial class OutputLogJsonContext : JsonSerializerContext
{
    public static OutputLogJsonContext Compact { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<OutputKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    });
}
