using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Json;

/// <summary>The documented node and mesh objects.</summary>
internal static class MeshJson
{
    /// <summary><c>GET /mesh/status</c>: totals count the nodes that are active.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, (string Coordinator, MeshView Mesh) state)
    {
        var (coordinator, mesh) = state;
        var active = mesh.Nodes.Where(node => node.Status == "active").ToList();
        writer.WriteStartObject();
        writer.WriteString("coordinator", coordinator);
        writer.WriteNumber("total_nodes", active.Count);
        writer.WriteNumber("total_gpus", active.Sum(node => node.Gpus.Length));
        writer.WriteNumber("total_vram", active.Sum(node => WholeGb(node.Gpus)));
        writer.WriteNumber("active_tasks", mesh.ActiveTasks);
        writer.WriteNumber("queued_tasks", mesh.QueuedTasks);
        writer.WriteNumber("completed_tasks", mesh.CompletedTasks);
        writer.WriteStartObject("nodes");
        foreach (var node in mesh.Nodes)
        {
            writer.WriteStartObject(node.NodeId);
            WriteDocumented(writer, node);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        WritePools(writer, mesh.Pools);
        writer.WriteEndObject();
    }

    /// <summary>Where there are others than the default one.</summary>
    private static void WritePools(Utf8JsonWriter writer, PoolStatusView[] pools)
    {
        if (pools.Length < 2)
        {
            return;
        }

        writer.WriteStartObject("pools");
        foreach (var pool in pools)
        {
            writer.WriteStartObject(pool.Pool);
            writer.WriteString("placement_profile", pool.Profile);
            writer.WriteNumber("nodes", pool.Nodes);
            writer.WriteNumber("queued_tasks", pool.QueuedTasks);
            writer.WriteNumber("active_tasks", pool.ActiveTasks);
            writer.WriteNumber("completed_tasks", pool.CompletedTasks);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary><c>GET /mesh/nodes</c>: the documented fields, <c>last_ping</c>, and ours under new names.</summary>
    public static void WriteNodes(Utf8JsonWriter writer, MeshView mesh)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("nodes");
        foreach (var node in mesh.Nodes)
        {
            writer.WriteStartObject(node.NodeId);
            WriteDocumented(writer, node);
            TaskJson.WriteTime(writer, "last_ping", node.LastSeen);
            NodeDetailJson.Write(writer, node);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The <c>node_update</c> frame: what other nodes are told of the registry.</summary>
    public static void WriteNodeUpdate(Utf8JsonWriter writer, MeshView mesh)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "node_update");
        writer.WriteStartObject("nodes");
        foreach (var node in mesh.Nodes)
        {
            writer.WriteStartObject(node.NodeId);
            writer.WriteNumber("gpu_count", node.Gpus.Length);
            writer.WriteNumber("gpu_memory", WholeGb(node.Gpus));
            writer.WriteString("gpu_type", TypeName(node.Gpus));
            writer.WriteString("status", node.Status);
            writer.WriteNumber("active_tasks", node.ActiveTasks);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteDocumented(Utf8JsonWriter writer, NodeStatusView node)
    {
        writer.WriteNumber("gpu_count", node.Gpus.Length);
        writer.WriteString("gpu_type", TypeName(node.Gpus));
        writer.WriteNumber("gpu_memory", WholeGb(node.Gpus));
        writer.WriteString("status", node.Status);
        writer.WriteNumber("active_tasks", node.ActiveTasks);
        writer.WriteNumber("completed_tasks", node.CompletedTasks);
    }

    private static long WholeGb(IReadOnlyList<GpuDevice> gpus) =>
        (gpus.Sum(gpu => gpu.MemoryBytes) + (MeshConstants.BytesPerGb / 2)) / MeshConstants.BytesPerGb;

    private static string TypeName(IReadOnlyList<GpuDevice> gpus) =>
        gpus.Count == 0 ? "CPU" : string.Join(", ", gpus.Select(gpu => gpu.Type).Distinct(StringComparer.Ordinal));
}
