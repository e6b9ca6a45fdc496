using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Nodes;

/// <summary>Between a node's registration on the wire, in the core and in the store.</summary>
internal static class NodeMapping
{
    public static NodeFacts ToFacts(this NodeRegistration registration, string nodeId, long epoch) => new(
        nodeId,
        epoch,
        [.. registration.Gpus.Select(gpu => new GpuFacts(gpu.Index, gpu.Type, gpu.MemoryBytes))],
        Math.Max(1, registration.MaxParallel),
        registration.TaskTypes.ToHashSet(StringComparer.Ordinal))
    {
        Models = registration.ToModels(),
    };

    /// <summary>The stored form. The inventory is of the moment and is left out.</summary>
    public static string ToJson(this NodeRegistration registration) =>
        JsonSerializer.Serialize(registration with { Running = [], Leaving = [] }, NodeJsonContext.Default.NodeRegistration);

    public static NodeRegistration ParseRegistration(string json) =>
        JsonSerializer.Deserialize(json, NodeJsonContext.Default.NodeRegistration)
        ?? throw new JsonException("A stored node registration is null.");
}

/// <summary>The stored JSON of a registration: add fields, never rename.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NodeRegistration))]
internal sealed partial class NodeJsonContext : JsonSerializerContext;
