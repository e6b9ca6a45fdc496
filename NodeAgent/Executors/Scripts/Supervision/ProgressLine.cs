using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// The line protocol by which a script says how far it is: a line of its standard output or of its progress file that is a
/// JSON object with <c>progress</c>, a number from 0 to 1. Numbers, booleans and short texts beside it are shown with it.
/// </summary>
internal static class ProgressLine
{
    /// <summary>A longer line is not looked at.</summary>
    public const int LengthMax = 4096;

    private const int MembersMax = 32;
    private const int TextLengthMax = 200;

    /// <summary>The object with what is shown of it, or null for any other line.</summary>
    public static string? Parse(string line)
    {
        try
        {
            if (JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject said
                || said["progress"] is not JsonValue value || value.GetValueKind() != JsonValueKind.Number
                || !value.TryGetValue<double>(out var progress) || progress is not (>= 0 and <= 1))
            {
                return null;
            }

            var shown = new JsonObject { ["progress"] = value.DeepClone() };
            foreach (var (name, member) in said.Where(member => member.Key != "progress" && IsShown(member.Value)).Take(MembersMax - 1))
            {
                shown[name] = member!.DeepClone();
            }

            return shown.ToJsonString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsShown(JsonNode? member) => member is JsonValue value && value.GetValueKind() switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.String => value.GetValue<string>().Length <= TextLengthMax,
        _ => false,
    };
}
