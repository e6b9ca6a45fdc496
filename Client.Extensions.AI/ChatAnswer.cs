using System.Text.Json;

namespace Aurora.Client.Extensions.AI;

/// <summary>Answers of OpenAI's protocol as <see cref="ChatResponse"/>. What a server leaves out is left out.</summary>
internal static class ChatAnswer
{
    public static ChatResponse Read(JsonElement answer)
    {
        var response = new ChatResponse
        {
            ResponseId = Text(answer, "id"),
            ModelId = Text(answer, "model"),
            CreatedAt = CreatedAt(answer),
            Usage = UsageOf(answer),
            RawRepresentation = answer,
        };
        foreach (var choice in Items(answer, "choices"))
        {
            var message = new ChatMessage { Role = ChatRole.Assistant, MessageId = response.ResponseId };
            if (choice.TryGetProperty("message", out var written))
            {
                if (Text(written, "content") is { Length: > 0 } text)
                {
                    message.Contents.Add(new TextContent(text));
                }

                foreach (var call in Items(written, "tool_calls"))
                {
                    message.Contents.Add(CallOf(Text(call, "id") ?? "", Function(call, "name") ?? "", Function(call, "arguments") ?? ""));
                }
            }

            response.Messages.Add(message);
            response.FinishReason ??= FinishReasonOf(choice);
        }

        return response;
    }

    public static FunctionCallContent CallOf(string id, string name, string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments.Length == 0 ? "{}" : arguments);
            return new FunctionCallContent(id, name, document.RootElement.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value.Clone()));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // A model may write anything; whoever calls the function tells it so.
            return new FunctionCallContent(id, name) { Exception = failure };
        }
    }

    public static ChatFinishReason? FinishReasonOf(JsonElement choice) => Text(choice, "finish_reason") is { } reason ? new ChatFinishReason(reason) : null;

    public static UsageDetails? UsageOf(JsonElement answer) => answer.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
        ? new UsageDetails { InputTokenCount = Count(usage, "prompt_tokens"), OutputTokenCount = Count(usage, "completion_tokens"), TotalTokenCount = Count(usage, "total_tokens") }
        : null;

    public static DateTimeOffset? CreatedAt(JsonElement answer) => Count(answer, "created") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    public static string? Function(JsonElement call, string name) => call.TryGetProperty("function", out var function) ? Text(function, name) : null;

    public static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.EnumerateArray() : [];

    private static long? Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var count) ? count : null;
}
