using System.Text;
using System.Text.Json;

namespace Aurora.Client.Extensions.AI;

/// <summary>One streamed answer. Calls of tools come in pieces and are told at the end as a whole.</summary>
internal sealed class ChatStream
{
    private readonly SortedDictionary<int, ToolCall> calls = [];
    private string? responseId;
    private string? modelId;

    /// <summary>The calls of tools; null for none.</summary>
    public ChatResponseUpdate? ToolCalls => calls.Count == 0 ? null : new ChatResponseUpdate(
        ChatRole.Assistant, [.. calls.Values.Select(call => ChatAnswer.CallOf(call.Id, call.Name, call.Arguments.ToString()))])
    {
        ResponseId = responseId,
        MessageId = responseId,
        ModelId = modelId,
        FinishReason = ChatFinishReason.ToolCalls,
    };

    /// <summary>The next piece.</summary>
    public ChatResponseUpdate Read(JsonElement piece)
    {
        responseId ??= ChatAnswer.Text(piece, "id");
        modelId ??= ChatAnswer.Text(piece, "model");
        var update = new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            ResponseId = responseId,
            MessageId = responseId,
            ModelId = modelId,
            CreatedAt = ChatAnswer.CreatedAt(piece),
            RawRepresentation = piece,
        };
        if (ChatAnswer.UsageOf(piece) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        foreach (var choice in ChatAnswer.Items(piece, "choices"))
        {
            update.FinishReason ??= ChatAnswer.FinishReasonOf(choice);

            // A server that does not stream answers as a whole.
            if (choice.TryGetProperty("delta", out var written) || choice.TryGetProperty("message", out written))
            {
                if (ChatAnswer.Text(written, "content") is { Length: > 0 } text)
                {
                    update.Contents.Add(new TextContent(text));
                }

                foreach (var call in ChatAnswer.Items(written, "tool_calls"))
                {
                    Gather(call);
                }
            }
        }

        return update;
    }

    private void Gather(JsonElement piece)
    {
        var index = piece.TryGetProperty("index", out var number) && number.TryGetInt32(out var at) ? at : calls.Count;
        if (!calls.TryGetValue(index, out var call))
        {
            calls.Add(index, call = new ToolCall());
        }

        call.Id = ChatAnswer.Text(piece, "id") ?? call.Id;
        call.Name = ChatAnswer.Function(piece, "name") ?? call.Name;
        call.Arguments.Append(ChatAnswer.Function(piece, "arguments"));
    }

    private sealed class ToolCall
    {
        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
