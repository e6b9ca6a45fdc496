namespace Aurora.Cli.Commands;

/// <summary><c>aurora nodes</c></summary>
internal static class NodesCommand
{
    public static Command Create()
    {
        var command = new Command("nodes", "Every node of the mesh.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var nodes = await mesh.ListNodesAsync(cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(nodes, Json.Default.IReadOnlyListMeshNode);
            }
            else
            {
                await Console.Out.WriteAsync(Describe(nodes));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    public static string Describe(IReadOnlyList<MeshNode> nodes)
    {
        var table = new Table("NODE", "STATUS", "GPUS", "TYPE", "MEMORY", "TASKS", "DONE", "CPU", "GPU ERRORS", "SEEN");
        foreach (var node in nodes.OrderBy(node => node.NodeId, StringComparer.Ordinal))
        {
            table.Add(
                node.NodeId, node.Status, $"{node.GpuCount}", node.GpuType, $"{node.GpuMemory} GB", $"{node.ActiveTasks}", $"{node.CompletedTasks}",
                Words.Percent(node.CpuLoad), Words.Errors(ErrorsOf(node)), Words.Ago(node.LastSeenAt));
        }

        var reasons = nodes.Where(node => node.StatusReason is not null).OrderBy(node => node.NodeId, StringComparer.Ordinal)
            .Select(node => $"{node.NodeId} takes no work: {node.StatusReason}\n");
        return table + string.Concat(reasons);
    }

    /// <summary>Null where none of its GPUs tells.</summary>
    private static List<MeshGpuError>? ErrorsOf(MeshNode node) => node.Gpus.All(gpu => gpu.Errors is null)
        ? null
        : [.. node.Gpus.SelectMany(gpu => gpu.Errors ?? [])];
}
