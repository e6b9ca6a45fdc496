using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Executors;

/// <summary>What the user submitted, parsed.</summary>
/// <param name="Requirements">The requirements object.</param>
/// <param name="Body">The other members of the submitted body.</param>
internal sealed record TaskInput(JsonObject Requirements, JsonObject Body)
{
    /// <summary>The member <c>payload</c> of the body, whatever its shape.</summary>
    public JsonNode? Payload => Body["payload"];

    /// <summary>Parses both texts; false, with a reason for a person, where one of them is not an object.</summary>
    public static bool TryParse(AttemptAssignment attempt, [NotNullWhen(true)] out TaskInput? input, [NotNullWhen(false)] out string? refusal)
    {
        input = null;
        if (ParseObject(attempt.Requirements) is not { } requirements)
        {
            refusal = "`requirements` is not a JSON object";
            return false;
        }

        if (ParseObject(attempt.Payload) is not { } body)
        {
            refusal = "the submitted body is not a JSON object";
            return false;
        }

        refusal = null;
        input = new TaskInput(requirements, body);
        return true;
    }

    /// <summary>A member by name: of the body, then of its <c>payload</c> object, then of the requirements; null for none.</summary>
    public JsonNode? Find(string name) => Body[name] ?? (Payload as JsonObject)?[name] ?? Requirements[name];

    /// <summary>The same as text where it is a string, otherwise null.</summary>
    public string? FindText(string name) => Find(name) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A number between the bounds, both included. Absent is true with null; anything else is false with a reason.</summary>
    public bool TryFindNumber(string name, double least, double most, out double? number, [NotNullWhen(false)] out string? refusal)
    {
        number = null;
        refusal = null;
        if (Find(name) is not { } node)
        {
            return true;
        }

        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var found) && found >= least && found <= most)
        {
            number = found;
            return true;
        }

        refusal = string.Create(CultureInfo.InvariantCulture, $"`{name}` must be a number from {least} to {most}");
        return false;
    }

    private static JsonObject? ParseObject(string text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        try
        {
            // A repeated name would otherwise surface as an exception at the first look-up.
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
