using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Makes one line for a person out of what an inference server says when it refuses.</summary>
internal static class UpstreamError
{
    private const int LengthMax = 500;
    private const int BodyLengthMax = 64 << 10;

    /// <summary>
    /// The message in the body: OpenAI and llama.cpp nest it as <c>error.message</c>, Ollama has <c>error</c>, vLLM
    /// <c>message</c>, and FastAPI servers <c>detail</c>. Otherwise the body itself.
    /// </summary>
    public static string Message(string body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject answer)
            {
                var said = (answer["error"] as JsonObject)?["message"] ?? answer["error"] ?? answer["message"] ?? answer["detail"];
                if (said is not null)
                {
                    return OneLine(said is JsonValue value && value.TryGetValue<string>(out var text) ? text : said.ToJsonString());
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // The body is shown as it is.
        }

        return OneLine(body);
    }

    /// <summary>The status and the body as one JSON object; a body that is not a JSON object becomes one in OpenAI's shape.</summary>
    public static string ToRefusal(int status, string body)
    {
        JsonObject? answer = null;
        try
        {
            answer = body.Length <= BodyLengthMax ? JsonNode.Parse(body) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Said in words below.
        }

        answer = answer?["error"] is JsonObject
            ? answer
            : new JsonObject { ["error"] = new JsonObject { ["message"] = Message(body), ["type"] = "invalid_request_error", ["param"] = null, ["code"] = null } };
        return new JsonObject { ["status"] = status, ["body"] = answer }.ToJsonString();
    }

    /// <summary>The text with every run of white space and control characters as one space, cut to a length.</summary>
    public static string OneLine(string text)
    {
        var words = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        var line = string.Concat(string.Join(' ', words).Where(character => !char.IsControl(character)));
        return line.Length == 0 ? "no message" : line.Length > LengthMax ? string.Concat(line.AsSpan(0, LengthMax), "…") : line;
    }
}
