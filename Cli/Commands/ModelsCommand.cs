namespace Aurora.Cli.Commands;

/// <summary><c>aurora models</c></summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var command = new Command("models", "The models of the mesh, and where each is.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var models = await mesh.ListModelsAsync(cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(models, Json.Default.IReadOnlyListMeshModel);
                return ExitCode.Ok;
            }

            var table = new Table("MODEL", "NODES", "IN MEMORY ON", "LEADS TO");
            foreach (var model in models)
            {
                table.Add(model.Name, string.Join(", ", model.Nodes), string.Join(", ", model.LoadedOn), string.Join(", ", model.RouteTo));
            }

            await Console.Out.WriteAsync(table.ToString());
            return ExitCode.Ok;
        });
        return command;
    }
}
