using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Requests;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client.Inference;

/// <summary>The task that serves a request in OpenAI's protocol: the same that a gateway makes of it.</summary>
internal static class InferenceTask
{
    private const int PriorityDefault = 5;

    /// <param name="pool">The pool whose nodes offer the model.</param>
    public static TaskSpec For(OpenAiRequest request, bool streams, string pool) => new(
        request.Endpoint == OpenAiRequest.Embeddings ? KnownTaskTypes.Embeddings : KnownTaskTypes.LlmInference,
        request.Priority ?? PriorityDefault,
        GpuCount: 0,
        MemoryBytes: 0,
        GpuType: null,
        new JsonObject { ["model"] = request.ModelName }.ToJsonString(),
        new JsonObject { ["endpoint"] = request.Endpoint, ["payload"] = request.ToJson(streams) }.ToJsonString())
    {
        Session = request.Session is null ? null : SessionKey(request.ModelName!, request.Session),
        Pool = pool,
    };

    // Of one length, whatever the caller names, and the same that a gateway without API keys makes of it.
    private static string SessionKey(string model, string session) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"\n{ModelName.Canonical(model)}\n{session}")).AsSpan(0, 16));
}
