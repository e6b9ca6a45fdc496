namespace Aurora.Cli.Commands;

/// <summary><c>aurora cordon</c>, <c>uncordon</c> and <c>drain</c></summary>
internal static class NodeCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Create("cordon", "Closes nodes to new work; what they run goes on.", "closed to new work", (mesh, node, cancellationToken) => mesh.CordonAsync(node, cancellationToken));
        yield return Create("uncordon", "Opens nodes to work again; a quarantine ends too.", "open", (mesh, node, cancellationToken) => mesh.UncordonAsync(node, cancellationToken));
        yield return Drain();
    }

    private static Command Create(string name, string description, string done, Func<AuroraHttpMesh, string, CancellationToken, Task> operate)
    {
        var nodes = Nodes();
        var command = new Command(name, description) { nodes };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            foreach (var node in parsed.GetRequiredValue(nodes))
            {
                await operate(mesh, node, cancellationToken);
                await Console.Error.WriteLineAsync($"{node} is {done}.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Drain()
    {
        var nodes = Nodes();
        var deadline = new Option<double>("--deadline") { Description = "Seconds after which what still runs moves to other nodes, at most 86400.", DefaultValueFactory = _ => 600 };
        deadline.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 86_400))
            {
                result.AddError("--deadline must be a number of seconds from 0 to 86400.");
            }
        });
        var command = new Command("drain", "Closes nodes, and moves what they still run after a deadline.") { nodes, deadline };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            foreach (var node in parsed.GetRequiredValue(nodes))
            {
                await mesh.DrainAsync(node, TimeSpan.FromSeconds(parsed.GetValue(deadline)), cancellationToken);
                await Console.Error.WriteLineAsync($"{node} is being emptied. See: aurora nodes");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string[]> Nodes() => new("nodes") { Description = "Their names.", Arity = ArgumentArity.OneOrMore };
}
