using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Turns a <c>node_info</c> object into a registration.</summary>
internal static class NodeInfo
{
    private const int GpuCountMax = 1024;
    private const double GpuMemoryGbMax = 1_000_000;
    private const int MaxParallelMax = 1024;

    /// <summary>The registration, or what is wrong with the object in words for the node.</summary>
    /// <param name="instanceId">Stands in for clients that do not announce one.</param>
    public static (NodeRegistration? Registration, string? Error) Parse(JsonElement info, string instanceId)
    {
        if (info.ValueKind is not JsonValueKind.Object)
        {
            return (null, "node_info must be an object.");
        }

        var (gpus, error) = ParseGpus(info);
        if (gpus is null)
        {
            return (null, error);
        }

        if (info.Member("max_parallel") is { ValueKind: not JsonValueKind.Null } && info.Integer("max_parallel") is not (>= 1 and <= MaxParallelMax))
        {
            return (null, $"node_info.max_parallel must be an integer from 1 to {MaxParallelMax}.");
        }

        if (info.Member("pools") is { ValueKind: not JsonValueKind.Null } pools && !ArePools(pools))
        {
            return (null, $"node_info.pools must be an array of 1 to {PoolName.PerNodeMax} strings, each {PoolName.Rule}.");
        }

        return (new NodeRegistration(
            info.Text("instance_id") ?? instanceId,
            [.. gpus],
            info.Integer("max_parallel") ?? 1,
            [.. info.Texts("task_types") ?? KnownTaskTypes.All],
            [.. info.Texts("features") ?? []],
            [.. info.Attempts("running")],
            info.GetRawText(),
            "websocket")
        {
            Leaving = [.. info.Leaving("leaving")],
        }, null);
    }

    private static bool ArePools(JsonElement pools) =>
        pools.ValueKind is JsonValueKind.Array && pools.GetArrayLength() is > 0 and <= PoolName.PerNodeMax
        && pools.EnumerateArray().All(pool => pool.ValueKind is JsonValueKind.String && PoolName.IsValid(pool.GetString()));

    private static (List<GpuDevice>? Gpus, string? Error) ParseGpus(JsonElement info)
    {
        if (info.Member("gpus") is { ValueKind: JsonValueKind.Array })
        {
            return ParseListed(info);
        }

        var count = info.Member("gpu_count") is null or { ValueKind: JsonValueKind.Null } ? 0 : info.Integer("gpu_count");
        if (count is not (>= 0 and <= GpuCountMax))
        {
            return (null, $"node_info.gpu_count must be an integer from 0 to {GpuCountMax}.");
        }

        if (count == 0)
        {
            return ([], null);
        }

        if (info.Number("gpu_memory") is not { } memory || memory is not (>= 0 and <= GpuMemoryGbMax))
        {
            return (null, $"node_info.gpu_memory must be a number of GB from 0 to {GpuMemoryGbMax}, in total over the GPUs.");
        }

        var type = info.Text("gpu_type") is { Length: > 0 } announced ? announced : "GPU";
        var bytes = (long)(memory * MeshConstants.BytesPerGb / count.Value);
        return ([.. Enumerable.Range(0, count.Value).Select(index => new GpuDevice(index, type, bytes, null))], null);
    }

    private static (List<GpuDevice>? Gpus, string? Error) ParseListed(JsonElement info)
    {
        var gpus = new List<GpuDevice>();
        foreach (var gpu in info.Items("gpus"))
        {
            if (gpus.Count == GpuCountMax)
            {
                return (null, $"node_info.gpus must have at most {GpuCountMax} elements.");
            }

            if (gpu.Text("type") is not { Length: > 0 } type || gpu.Number("memory_gb") is not (>= 0 and <= GpuMemoryGbMax))
            {
                return (null, $"node_info.gpus[{gpus.Count}] must have a string 'type' and a number 'memory_gb'.");
            }

            var bytes = (long)(gpu.Number("memory_gb")!.Value * MeshConstants.BytesPerGb);
            gpus.Add(new GpuDevice(gpus.Count, type, bytes, gpu.Text("uuid")));
        }

        return (gpus, null);
    }
}
