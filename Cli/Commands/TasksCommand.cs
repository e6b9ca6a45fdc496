namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks …</c></summary>
internal static class TasksCommand
{
    public static Command Create()
    {
        var command = new Command("tasks", "Tasks: list, show, logs, cancel, retry, wait, explain.");
        command.Add(TaskListCommand.Create());
        command.Add(Show());
        command.Add(Cancel());
        command.Add(LogsCommand.Create());
        command.Add(RetryCommand.Create());
        command.Add(WaitCommand.Create());
        command.Add(ExplainCommand.Create());
        return command;
    }

    /// <summary>One task for a person.</summary>
    public static string Describe(MeshTask task)
    {
        var text =
            $"""
            Task       {task.TaskId}
            Type       {task.TaskType}, priority {task.Priority}
            Status     {Words.Status(task.Status)}{(PlaceOf(task) is { } place ? $" on {place}" : "")}
            Submitted  {Words.Ago(task.SubmittedAt)} ago{(task.Attempt > 1 ? $", attempt {task.Attempt}" : "")}{(CostOf(task) is { } cost ? $"{Environment.NewLine}Cost       {Words.Money(cost)}" : "")}

            """;
        return (task.Result, task.Error) switch
        {
            ({ } result, _) => $"{text}Result     {result.GetRawText()}{Environment.NewLine}",
            (_, { } error) => $"{text}Error      {error}{Environment.NewLine}",
            _ => text,
        };
    }

    private static string? PlaceOf(MeshTask task) => task.Gang is { } gang ? string.Join(", ", gang.Select(part => part.Ended ? $"{part.Node} (ended)" : part.Node)) : task.AssignedNode;

    // Left out of what the mesh shows where no attempt ended on a node that tells a price.
    private static double? CostOf(MeshTask task) => task.Members.TryGetValue("cost", out var cost) && cost.TryGetDouble(out var amount) ? amount : null;

    /// <summary>0 for a task that completed, 1 for one that did not.</summary>
    public static int ExitCodeOf(MeshTask task) => task.Status is MeshTaskStatus.Completed ? ExitCode.Ok : ExitCode.Failure;

    private static Command Show()
    {
        var id = new Argument<string>("task") { Description = "The task's id." };
        var command = new Command("show", "One task with its result or error.") { id };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var task = await new TaskHandle(mesh, parsed.GetRequiredValue(id)).GetAsync(cancellationToken);
            await PrintAsync(parsed, task);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Cancel()
    {
        var ids = new Argument<string[]>("tasks") { Description = "Their ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("cancel", "Cancels tasks that have not ended.") { ids };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var exitCode = ExitCode.Ok;
            foreach (var id in parsed.GetRequiredValue(ids))
            {
                var cancelled = await mesh.CancelAsync(id, cancellationToken);
                await Console.Error.WriteLineAsync(cancelled ? $"{id} is cancelled." : $"{id} had ended before.");
                exitCode = cancelled ? exitCode : ExitCode.Failure;
            }

            return exitCode;
        });
        return command;
    }

    /// <summary>Prints one task in the form that was asked for.</summary>
    public static async Task PrintAsync(ParseResult parsed, MeshTask task)
    {
        if (parsed.IsJson())
        {
            Json.Print(task, Json.Default.MeshTask);
        }
        else
        {
            await Console.Out.WriteAsync(Describe(task));
        }
    }
}
