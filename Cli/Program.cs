using Aurora.Cli;
using Aurora.Cli.Commands;

var root = new RootCommand("Drives an Aurora GPU mesh: submit tasks, see nodes and GPUs, find out why something waits.");
foreach (var option in GlobalOptions.All)
{
    root.Add(option);
}

root.Add(StatusCommand.Create());
root.Add(NodesCommand.Create());
root.Add(GpuCommand.Create());
root.Add(SubmitCommand.Create());
root.Add(PlanCommand.Create());
root.Add(TasksCommand.Create());
root.Add(GroupsCommand.Create());
root.Add(QueueCommand.Create());
root.Add(CostsCommand.Create());
root.Add(EventsCommand.Create());
root.Add(ModelsCommand.Create());
root.Add(ChatCommand.Create());
root.Add(EmbedCommand.Create());
foreach (var command in NodeCommands.Create())
{
    root.Add(command);
}

root.Add(TopCommand.Create());
root.Add(JoinCommand.Create());
root.Add(DoctorCommand.Create());
root.Add(CompletionCommand.Create());
root.Add(VersionCommand.Create());

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // The parser lists what is allowed on lines of their own.
    var words = string.Join(' ', parsed.Errors.Select(error => error.Message)).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
    await Console.Error.WriteLineAsync($"aurora: {string.Join(' ', words)} See: aurora --help");
    return ExitCode.Usage;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
