using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>One of several sets of GPUs that would do; see <see cref="MeshTaskRequest.AnyOf"/>.</summary>
public sealed record GpuNeed
{
    /// <summary>GPU memory in GB, in total.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>GPUs of one node. Default: 1.</summary>
    public int? GpuCount { get; init; }

    /// <summary>The type that each GPU must have.</summary>
    public string? GpuType { get; init; }

    internal JsonNode ToJson()
    {
        var json = new JsonObject();
        MeshTaskRequest.Set(json, "memory_gb", MemoryGb);
        MeshTaskRequest.Set(json, "gpu_count", GpuCount);
        MeshTaskRequest.Set(json, "gpu_type", GpuType);
        return json;
    }
}
