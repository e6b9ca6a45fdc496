using System.Text.Json.Nodes;

namespace Aurora.InferenceBackend;

/// <summary>Lists of models, and refusals.</summary>
internal static class ModelShapes
{
    public static JsonObject List(BackendBehaviour behaviour) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. behaviour.Models.Select(model => new JsonObject
        {
            ["id"] = model,
            ["object"] = "model",
            ["created"] = 1_700_000_000,

            // Only Ollama, which this names, is asked what it has in memory.
            ["owned_by"] = behaviour.Loaded is null ? "test" : "library",
        })]),
    };

    public static JsonObject Loaded(BackendBehaviour behaviour) => new()
    {
        ["models"] = new JsonArray([.. (behaviour.Loaded ?? []).Select(model => new JsonObject { ["name"] = model, ["model"] = model, ["size_vram"] = 1L << 30 })]),
    };

    public static JsonObject Error(string message) => new()
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = null, ["code"] = "test_refusal" },
    };
}
