namespace Aurora.Cli.Commands;

/// <summary><c>aurora gpu</c></summary>
internal static class GpuCommand
{
    public static Command Create()
    {
        var command = new Command("gpu", "Every GPU of the mesh with what it measures.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var nodes = await mesh.ListNodesAsync(cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print([.. nodes.Where(node => node.Gpus.Count > 0)], Json.Default.IReadOnlyListMeshNode);
                return ExitCode.Ok;
            }

            var table = new Table("NODE", "GPU", "TYPE", "MEMORY", "USED", "RESERVED", "BUSY", "TEMP", "POWER");
            foreach (var (node, gpu) in nodes.OrderBy(node => node.NodeId, StringComparer.Ordinal).SelectMany(node => node.Gpus, (node, gpu) => (node, gpu)))
            {
                table.Add(
                    node.NodeId, $"{gpu.Index}", gpu.Type, Words.Gb(gpu.MemoryBytes), Words.Gb(gpu.MemoryUsedBytes), Words.Gb(gpu.ReservedBytes),
                    Words.Percent(gpu.Utilization), Words.Number(gpu.TemperatureCelsius, "°C"), Words.Number(gpu.PowerWatts, "W"));
            }

            await Console.Out.WriteAsync(table.ToString());
            return ExitCode.Ok;
        });
        return command;
    }
}
