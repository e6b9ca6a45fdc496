using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A completion or a chat, run by an OpenAI-compatible server on some node.</summary>
public sealed record LlmInferenceRequest() : MeshTaskRequest("llm_inference")
{
    /// <summary>The text to complete. Either this or <see cref="Messages"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>The chat so far. Either this or <see cref="Prompt"/>.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>Most tokens to generate; null leaves it to the server.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 to 2; null leaves it to the server.</summary>
    public double? Temperature { get; init; }

    internal override MeshTaskRequest At(int index) => (LlmInferenceRequest)base.At(index) with
    {
        Prompt = ArrayIndex.In(Prompt, index),
        Messages = Messages is null ? null : [.. Messages.Select(message => message with { Content = ArrayIndex.In(message.Content, index) })],
    };

    /// <inheritdoc/>
    protected override void AddMembers(JsonObject body)
    {
        // A payload that is plain text is the prompt already.
        if (body["payload"] is null)
        {
            body["payload"] = new JsonObject();
        }

        if (body["payload"] is JsonObject payload)
        {
            Set(payload, "prompt", Prompt);
            Set(payload, "max_tokens", MaxTokens);
            Set(payload, "temperature", Temperature);
            if (Messages is not null)
            {
                payload["messages"] = new JsonArray([.. Messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]);
            }
        }
    }

    /// <inheritdoc/>
    protected override (string Field, string Message)? Refuse() =>
        Prompt is null && Messages is null && Payload is null ? ("payload", "needs a prompt or messages") : null;
}

/// <summary>One message of a chat.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
public sealed record ChatMessage(string Role, string Content);
