using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Extensions.AI;

/// <summary>Messages and options as OpenAI's protocol has them.</summary>
internal static class ChatQuestion
{
    private const string PriorityName = "aurora.priority";

    /// <exception cref="Abstractions.Failures.InvalidTaskException">No model is named.</exception>
    public static OpenAiRequest Write(IEnumerable<ChatMessage> messages, ChatOptions? options, string? model)
    {
        var body = new JsonObject { ["model"] = options?.ModelId ?? model, ["messages"] = new JsonArray([.. Instructions(options), .. messages.SelectMany(Write)]) };
        if (options is not null)
        {
            Set(body, "temperature", options.Temperature);
            Set(body, "top_p", options.TopP);
            Set(body, "top_k", options.TopK);
            Set(body, "max_tokens", options.MaxOutputTokens);
            Set(body, "frequency_penalty", options.FrequencyPenalty);
            Set(body, "presence_penalty", options.PresencePenalty);
            Set(body, "seed", options.Seed);
            Set(body, "stop", options.StopSequences is { Count: > 0 } stops ? new JsonArray([.. stops.Select(stop => (JsonNode?)stop)]) : null);
            Set(body, "response_format", FormatOf(options.ResponseFormat));
            AddTools(body, options);
            foreach (var (name, value) in options.AdditionalProperties ?? [])
            {
                if (name != PriorityName)
                {
                    body.TryAdd(name, Plain(value));
                }
            }
        }

        return new OpenAiRequest(OpenAiRequest.Chat, body) { Session = options?.ConversationId, Priority = PriorityOf(options) };
    }

    private static int? PriorityOf(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(PriorityName, out var priority) is true && priority is int number ? number : null;

    private static IEnumerable<JsonNode?> Instructions(ChatOptions? options) =>
        string.IsNullOrEmpty(options?.Instructions) ? [] : [new JsonObject { ["role"] = "system", ["content"] = options.Instructions }];

    private static IEnumerable<JsonNode?> Write(ChatMessage message)
    {
        // Each result of a tool is a message of its own.
        foreach (var result in message.Contents.OfType<FunctionResultContent>())
        {
            yield return new JsonObject { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = result.Result as string ?? Plain(result.Result)?.ToJsonString() ?? "" };
        }

        var contents = message.Contents.Where(content => content is not FunctionResultContent).ToList();
        if (contents.Count == 0 && message.Contents.Count > 0)
        {
            yield break;
        }

        var json = new JsonObject { ["role"] = message.Role.Value, ["content"] = ContentOf(message.Text, contents) };
        Set(json, "name", message.AuthorName);
        var calls = contents.OfType<FunctionCallContent>().Select(call => (JsonNode?)new JsonObject
        {
            ["id"] = call.CallId,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = ArgumentsOf(call).ToJsonString() },
        }).ToArray();
        Set(json, "tool_calls", calls.Length > 0 ? new JsonArray(calls) : null);
        yield return json;
    }

    /// <summary>Plain text where there is nothing else: not every inference server takes parts.</summary>
    private static JsonNode? ContentOf(string text, List<AIContent> contents) => contents.Any(IsMedia)
        ? new JsonArray([.. contents.Select(PartOf).Where(part => part is not null)])
        : text.Length == 0 && contents.Exists(content => content is FunctionCallContent) ? null : text;

    private static bool IsMedia(AIContent content) => content is DataContent or UriContent;

    private static JsonNode? PartOf(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["type"] = "text", ["text"] = text.Text },
        DataContent data when data.HasTopLevelMediaType("image") => ImageOf(data.Uri),
        UriContent uri when uri.HasTopLevelMediaType("image") => ImageOf(uri.Uri.ToString()),
        DataContent or UriContent => throw new NotSupportedException("Of media, a chat of the mesh takes images."),
        _ => null,
    };

    private static JsonObject ImageOf(string url) => new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } };

    private static JsonObject ArgumentsOf(FunctionCallContent call) =>
        new((call.Arguments ?? new Dictionary<string, object?>()).Select(argument => KeyValuePair.Create(argument.Key, Plain(argument.Value))));

    private static JsonObject? FormatOf(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json => new JsonObject
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject { ["name"] = json.SchemaName ?? "answer", ["description"] = json.SchemaDescription, ["schema"] = JsonNode.Parse(schema.GetRawText()) },
        },
        ChatResponseFormatJson => new JsonObject { ["type"] = "json_object" },
        _ => null,
    };

    private static void AddTools(JsonObject body, ChatOptions options)
    {
        var tools = (options.Tools ?? []).OfType<AIFunctionDeclaration>().Select(tool => (JsonNode?)new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = JsonNode.Parse(tool.JsonSchema.GetRawText()) },
        }).ToArray();
        if (tools.Length == 0)
        {
            return;
        }

        body["tools"] = new JsonArray(tools);
        Set(body, "parallel_tool_calls", options.AllowMultipleToolCalls);
        Set(body, "tool_choice", options.ToolMode switch
        {
            NoneChatToolMode => "none",
            RequiredChatToolMode { RequiredFunctionName: { } name } => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } },
            RequiredChatToolMode => "required",
            AutoChatToolMode => "auto",
            _ => null,
        });
    }

    /// <summary>A value that is JSON already or has an obvious form in it; anything else as text, so that nothing is found by reflection.</summary>
    private static JsonNode? Plain(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        string text => text,
        bool flag => flag,
        int number => number,
        long number => number,
        float number => number,
        double number => number,
        decimal number => number,
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static void Set(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
