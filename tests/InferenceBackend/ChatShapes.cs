using System.Text.Json.Nodes;

namespace Aurora.InferenceBackend;

/// <summary>Answers to chats or to plain completions, whole and event by event.</summary>
internal sealed class ChatShapes
{
    private readonly bool isChat;

    private ChatShapes(bool isChat) => this.isChat = isChat;

    public static ChatShapes Chat { get; } = new(isChat: true);

    public static ChatShapes Completion { get; } = new(isChat: false);

    public JsonObject Event(JsonObject request, int token, int tokens)
    {
        var text = Word(token);
        var choice = new JsonObject { ["index"] = 0, ["finish_reason"] = token == tokens - 1 ? "stop" : null };
        choice[isChat ? "delta" : "text"] = isChat ? new JsonObject { ["role"] = "assistant", ["content"] = text } : text;
        return Answer(request, isChat ? "chat.completion.chunk" : "text_completion", choice);
    }

    public JsonObject Whole(JsonObject request, int tokens)
    {
        var text = string.Concat(Enumerable.Range(0, tokens).Select(Word));
        var choice = new JsonObject { ["index"] = 0, ["finish_reason"] = "stop" };
        choice[isChat ? "message" : "text"] = isChat ? new JsonObject { ["role"] = "assistant", ["content"] = text } : text;
        var answer = Answer(request, isChat ? "chat.completion" : "text_completion", choice);
        answer["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["completion_tokens"] = tokens, ["total_tokens"] = tokens + 1 };
        return answer;
    }

    private static string Word(int token) => token == 0 ? "word0" : $" word{token}";

    private static JsonObject Answer(JsonObject request, string kind, JsonObject choice) => new()
    {
        ["id"] = "test-1",
        ["object"] = kind,
        ["created"] = 1_700_000_000,
        ["model"] = request["model"]!.DeepClone(),
        ["choices"] = new JsonArray(choice),
    };
}
