using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A request in OpenAI's protocol, served by a node that has the model. It is a task like any other.</summary>
/// <param name="Endpoint">One of <see cref="Chat"/>, <see cref="Completions"/> and <see cref="Embeddings"/>.</param>
/// <param name="Body">The body as the protocol has it, with its <c>model</c>; <c>stream</c> is set by the call.</param>
public sealed record OpenAiRequest(string Endpoint, JsonObject Body)
{
    /// <summary>Answers a chat.</summary>
    public const string Chat = "v1/chat/completions";

    /// <summary>Goes on with a prompt.</summary>
    public const string Completions = "v1/completions";

    /// <summary>Vectors for a text or a list of texts.</summary>
    public const string Embeddings = "v1/embeddings";

    /// <summary>0 (lowest) to 10 (highest). Default: that of the key, otherwise 5.</summary>
    public int? Priority { get; init; }

    /// <summary>What tells one conversation from another: its requests stay on one node while that has room. At most 256 characters.</summary>
    public string? Session { get; init; }

    /// <summary>Fails for a request that no mesh would take.</summary>
    /// <exception cref="InvalidTaskException">The field and what it must be.</exception>
    public void Validate()
    {
        Require(Endpoint is Chat or Completions or Embeddings, "endpoint", $"must be {Chat}, {Completions} or {Embeddings}");
        Require(ModelName is { Length: > 0 and <= 256 }, "model", "must be a string of 1 to 256 characters that names a model");
        Require(Priority is null or (>= 0 and <= 10), "priority", "must be an integer from 0 to 10");
        Require(Session is null or { Length: <= 256 }, "session", "must have at most 256 characters");

        static void Require(bool holds, string field, string message)
        {
            if (!holds)
            {
                throw new InvalidTaskException(field, message);
            }
        }
    }

    /// <summary>The model that the body names; null for none.</summary>
    public string? ModelName => Body["model"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;

    /// <summary>The body with <c>stream</c> set.</summary>
    public JsonObject ToJson(bool streams)
    {
        var body = (JsonObject)Body.DeepClone();
        if (streams)
        {
            body["stream"] = true;
        }
        else
        {
            body.Remove("stream");
        }

        return body;
    }
}
