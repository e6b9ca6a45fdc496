namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks logs</c></summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("task") { Description = "The task's id." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the task has ended." };
        var from = new Option<long>("--from") { Description = "A position of the log to begin at, as -o json shows it." };
        var command = new Command("logs", "What a task's script wrote, its standard error to standard error.") { id, follow, from };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            await foreach (var piece in mesh.ReadLogsAsync(parsed.GetRequiredValue(id), parsed.GetValue(follow), parsed.GetValue(from), cancellationToken))
            {
                if (parsed.IsJson())
                {
                    JsonLine.Print(piece, JsonLine.Default.TaskOutput);
                }
                else if (piece.Kind is not TaskOutputKind.Progress)
                {
                    await (piece.Kind is TaskOutputKind.Stdout ? Console.Out : Console.Error).WriteAsync(piece.Text);
                }
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
