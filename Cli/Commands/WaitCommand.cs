namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks wait</c>, and the waiting of <c>aurora submit --wait</c>.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("task") { Description = "The task's id." };
        var timeout = TimeoutOption();
        var command = new Command("wait", "Waits until a task has ended and shows it; exit code 0 when it completed.") { id, timeout };
        command.SetMeshAction((parsed, mesh, cancellationToken) =>
            RunAsync(parsed, new TaskHandle(mesh, parsed.GetRequiredValue(id)), parsed.GetValue(timeout), cancellationToken));
        return command;
    }

    public static Option<double?> TimeoutOption()
    {
        var timeout = new Option<double?>("--timeout") { Description = "Seconds to wait at most; exit code 6 when they are over." };
        timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0 or > 1e7)
            {
                result.AddError("--timeout must be a number of seconds above 0.");
            }
        });
        return timeout;
    }

    public static async Task<int> RunAsync(ParseResult parsed, TaskHandle handle, double? timeoutSeconds, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeoutSeconds is { } seconds)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            var task = await handle.WaitAsync(limit.Token);
            await TasksCommand.PrintAsync(parsed, task);
            return TasksCommand.ExitCodeOf(task);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"aurora: {handle.TaskId} has not ended yet. See: aurora tasks explain {handle.TaskId}");
            return ExitCode.Timeout;
        }
    }
}
