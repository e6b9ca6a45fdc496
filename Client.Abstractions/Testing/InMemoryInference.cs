using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>Answers of <see cref="InMemoryAuroraMesh"/> in OpenAI's protocol.</summary>
internal static class InMemoryInference
{
    /// <summary>Says what it was told.</summary>
    public static Task<JsonObject> EchoAsync(OpenAiRequest request, CancellationToken cancellationToken) => Task.FromResult(request.Endpoint switch
    {
        OpenAiRequest.Chat => new JsonObject
        {
            ["object"] = "chat.completion",
            ["model"] = request.ModelName,
            ["choices"] = Choices("message", new JsonObject { ["role"] = "assistant", ["content"] = ((request.Body["messages"] as JsonArray)?.LastOrDefault() as JsonObject)?["content"]?.DeepClone() }),
        },
        OpenAiRequest.Completions => new JsonObject { ["object"] = "text_completion", ["model"] = request.ModelName, ["choices"] = Choices("text", request.Body["prompt"]?.DeepClone()) },
        _ => new JsonObject
        {
            ["object"] = "list",
            ["model"] = request.ModelName,
            ["data"] = new JsonArray([.. (request.Body["input"] is JsonArray inputs ? inputs.AsEnumerable() : [request.Body["input"]]).Select((input, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = new JsonArray(input?.ToString().Length ?? 0),
            })]),
        },
    });

    /// <summary>The chunks that a stream of the answer has: its words, then why it stopped.</summary>
    public static IEnumerable<JsonObject> Split(JsonObject answer)
    {
        if (answer["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not JsonObject choice)
        {
            yield return answer;
            yield break;
        }

        var isChat = choice["message"] is JsonObject;
        var text = (isChat ? choice["message"]!["content"] : choice["text"])?.ToString() ?? "";
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf(' ', at) is >= 0 and var blank ? blank + 1 : text.Length;
            yield return Chunk(text[at..end], stop: false);
            at = end;
        }

        yield return Chunk("", stop: true);

        JsonObject Chunk(string piece, bool stop) => new()
        {
            ["object"] = isChat ? "chat.completion.chunk" : "text_completion",
            ["model"] = answer["model"]?.DeepClone(),
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                [isChat ? "delta" : "text"] = !isChat ? piece : stop ? new JsonObject() : new JsonObject { ["role"] = "assistant", ["content"] = piece },
                ["finish_reason"] = stop ? "stop" : null,
            }),
        };
    }

    private static JsonArray Choices(string name, JsonNode? answer) => new(new JsonObject { ["index"] = 0, [name] = answer, ["finish_reason"] = "stop" });
}
