namespace Aurora.Cli.Commands;

/// <summary><c>aurora events</c></summary>
internal static class EventsCommand
{
    private const int RecentMax = 1_000;

    public static Command Create()
    {
        var id = new Argument<string?>("task") { Description = "A task: its events, until it has ended.", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch", "-w") { Description = "The events of the whole mesh, until interrupted." };
        var recent = new Option<int>("--recent") { Description = $"Past events that come first, at most {RecentMax}.", DefaultValueFactory = _ => 20 };
        recent.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > RecentMax)
            {
                result.AddError($"--recent must be from 0 to {RecentMax}.");
            }
        });
        var command = new Command("events", "What happens to a task, or with -w in the mesh.") { id, watch, recent };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var taskId = parsed.GetValue(id);
            if (taskId is null == !parsed.GetValue(watch))
            {
                throw new UsageException("Give a task, or -w for the whole mesh.");
            }

            await foreach (var happened in taskId is null
                ? mesh.WatchMeshAsync(parsed.GetValue(recent), cancellationToken: cancellationToken)
                : mesh.WatchAsync(taskId, cancellationToken: cancellationToken))
            {
                if (parsed.IsJson())
                {
                    JsonLine.Print(happened, JsonLine.Default.MeshEvent);
                }
                else
                {
                    var about = string.Join(' ', new[] { happened.TaskId, happened.Attempt > 0 ? $"attempt {happened.Attempt}" : null, happened.NodeId, happened.Detail }.Where(part => part is not null));
                    await Console.Out.WriteLineAsync($"{happened.At.ToLocalTime():HH:mm:ss}  {happened.Kind,-16}  {about.ReplaceLineEndings(" ")}".TrimEnd());
                }
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
