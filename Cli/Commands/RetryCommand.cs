namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks retry</c></summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("tasks") { Description = "Their ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("retry", "Puts tasks that failed back in line.") { ids };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var exitCode = ExitCode.Ok;
            foreach (var id in parsed.GetRequiredValue(ids))
            {
                var retried = await mesh.RetryAsync(id, cancellationToken);
                await Console.Error.WriteLineAsync(retried ? $"{id} is back in line." : $"{id} has not failed.");
                exitCode = retried ? exitCode : ExitCode.Failure;
            }

            return exitCode;
        });
        return command;
    }
}
