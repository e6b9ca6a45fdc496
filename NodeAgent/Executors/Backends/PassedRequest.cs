using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>A request that came through the mesh's OpenAI-compatible door and goes on as it is.</summary>
/// <param name="Path">The endpoint, relative to the server's root.</param>
/// <param name="Model">The model that it names.</param>
/// <param name="Streams">Whether the answer is to come event by event.</param>
/// <param name="Text">The request's JSON text, as the client sent it.</param>
internal sealed record PassedRequest(string Path, string Model, bool Streams, string Text)
{
    /// <summary>The member of a task's body that names the endpoint.</summary>
    public const string EndpointMember = "endpoint";

    private static readonly string[] Paths = ["v1/chat/completions", "v1/completions", "v1/embeddings"];

    /// <summary>Whether the text of a task's body may hold such a request; spares the other tasks the parsing.</summary>
    public static bool IsIn(string payload) => payload.Contains("\"" + EndpointMember + "\"", StringComparison.Ordinal);

    /// <summary>Reads the request; false, with a reason for a person, where it is none.</summary>
    public static bool TryParse(string payload, [NotNullWhen(true)] out PassedRequest? request, [NotNullWhen(false)] out string? refusal)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (Member(root, EndpointMember) is not { ValueKind: JsonValueKind.String } endpoint || !Paths.Contains(endpoint.GetString()))
            {
                refusal = $"`{EndpointMember}` must be one of {string.Join(", ", Paths)}";
            }
            else if (Member(root, "payload") is not { ValueKind: JsonValueKind.Object } body
                || Member(body, "model") is not { ValueKind: JsonValueKind.String } model)
            {
                refusal = $"with `{EndpointMember}`, `payload` must be the request: an object that names its `model`";
            }
            else
            {
                refusal = null;
                request = new PassedRequest(
                    endpoint.GetString()!, model.GetString()!, Member(body, "stream") is { ValueKind: JsonValueKind.True }, body.GetRawText());
            }
        }
        catch (JsonException)
        {
            refusal = "the submitted body is not a JSON object";
        }

        return request is not null;
    }

    /// <summary>The bytes to send to a server that calls the model by this name.</summary>
    public byte[] BytesFor(string model)
    {
        if (model == Model)
        {
            return Encoding.UTF8.GetBytes(Text);
        }

        var body = JsonNode.Parse(Text)!;
        body["model"] = model;
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
