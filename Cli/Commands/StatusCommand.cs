namespace Aurora.Cli.Commands;

/// <summary><c>aurora status</c></summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "The mesh at a glance.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var status = await mesh.GetStatusAsync(cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(status, Json.Default.MeshStatus);
            }
            else
            {
                await Console.Out.WriteAsync(Describe(status));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    public static string Describe(MeshStatus status) =>
        $"""
        Coordinator  {status.Coordinator}
        Nodes        {status.TotalNodes} active
        GPUs         {status.TotalGpus} with {status.TotalVram} GB
        Tasks        {status.ActiveTasks} placed, {status.QueuedTasks} waiting, {status.CompletedTasks} completed

        """;
}
