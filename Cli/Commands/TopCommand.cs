namespace Aurora.Cli.Commands;

/// <summary><c>aurora top</c></summary>
internal static class TopCommand
{
    // Home, and clear to the end: the screen changes without a flicker.
    private const string Home = "\u001b[H\u001b[J";

    public static Command Create()
    {
        var interval = new Option<double>("--interval", "-n") { Description = "Seconds between two looks.", DefaultValueFactory = _ => 2 };
        var count = new Option<int?>("--count") { Description = "Looks; without it until Ctrl-C." };
        interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 0.1 or > 3600)
            {
                result.AddError("--interval must be from 0.1 to 3600 seconds.");
            }
        });
        var command = new Command("top", "The mesh and its nodes, again and again.") { interval, count };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            for (var looks = 1; ; looks++)
            {
                var screen = await LookAsync(mesh, cancellationToken);
                await Console.Out.WriteAsync(Console.IsOutputRedirected ? screen : Home + screen);
                if (looks == parsed.GetValue(count))
                {
                    return ExitCode.Ok;
                }

                await Task.Delay(TimeSpan.FromSeconds(parsed.GetValue(interval)), cancellationToken);
            }
        });
        return command;
    }

    // A mesh that is away for a moment is a line on the screen, and the next look may find it again.
    private static async Task<string> LookAsync(AuroraHttpMesh mesh, CancellationToken cancellationToken)
    {
        try
        {
            return StatusCommand.Describe(await mesh.GetStatusAsync(cancellationToken)) + Environment.NewLine
                + NodesCommand.Describe(await mesh.ListNodesAsync(cancellationToken)) + Environment.NewLine;
        }
        catch (MeshUnreachableException failure)
        {
            return failure.Message + Environment.NewLine;
        }
    }
}
