using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>What a task asks of an inference server.</summary>
/// <param name="Path">The endpoint, relative to the server's root.</param>
/// <param name="Body">The request without its model.</param>
/// <param name="Model">The model that the task names, or null.</param>
internal sealed record OpenAiRequest(string Path, JsonObject Body, string? Model)
{
    // Members that people put next to `task_type` or into `requirements` rather than into `payload`.
    private static readonly string[] Hoisted =
        ["messages", "prompt", "input", "max_tokens", "temperature", "top_p", "top_k", "seed", "stop", "dimensions", "encoding_format"];

    /// <summary>Whether the answer is a list of vectors.</summary>
    public bool IsEmbeddings => Path == "v1/embeddings";

    /// <summary>
    /// Builds the request: the members of <c>payload</c> untouched (a plain string is the prompt or the input), the usual ones
    /// also from the body and the requirements. False, with a reason, where there is nothing to send.
    /// </summary>
    public static bool TryBuild(string taskType, TaskInput input, [NotNullWhen(true)] out OpenAiRequest? request, [NotNullWhen(false)] out string? refusal)
    {
        var embeds = taskType == KnownTaskTypes.Embeddings;
        var body = input.Payload switch
        {
            JsonObject members => (JsonObject)members.DeepClone(),
            null => [],
            var plain => new JsonObject { [embeds ? "input" : "prompt"] = plain.DeepClone() },
        };

        foreach (var name in Hoisted)
        {
            if (!body.ContainsKey(name) && input.Find(name) is { } value)
            {
                body[name] = value.DeepClone();
            }
        }

        // A task has one result, so there is nobody to stream to.
        body.Remove("stream");
        body.Remove("stream_options");
        body.Remove("batch_size");
        body.Remove("timeout_s");

        var model = Text(input.Requirements["model"]) ?? input.FindText("model");
        request = null;
        refusal = null;
        if (embeds)
        {
            refusal = body["input"] is null ? "embeddings needs `input`, a string or a list of strings, in `payload`" : null;
            request = refusal is null ? new OpenAiRequest("v1/embeddings", body, model) : null;
        }
        else if (body["messages"] is not null)
        {
            body.Remove("prompt");
            request = new OpenAiRequest("v1/chat/completions", body, model);
        }
        else if (body["prompt"] is not null)
        {
            request = new OpenAiRequest("v1/completions", body, model);
        }
        else
        {
            refusal = "llm_inference needs `messages` or `prompt` in `payload`";
        }

        return request is not null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
