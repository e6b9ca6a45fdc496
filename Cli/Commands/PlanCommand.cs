namespace Aurora.Cli.Commands;

/// <summary><c>aurora plan</c></summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var command = new Command("plan", "Says where tasks would run, or why they would wait. Nothing is submitted.");
        TaskOptions.AddTo(command);
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var plans = await mesh.PlanAsync(await TaskOptions.ReadAsync(parsed, cancellationToken), cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(plans, Json.Default.IReadOnlyListTaskPlan);
            }
            else
            {
                var table = new Table("TASK", "STATUS", "NODE", "GPUS", "WHY", "SMALLEST CHANGE");
                foreach (var (index, plan) in plans.Index())
                {
                    table.Add($"{index}", plan.Status, plan.Gang is { } gang ? string.Join(' ', gang.Select(part => part.Node)) : plan.Node, string.Join(',', plan.Gpus), plan.Summary, plan.SmallestChange?.Message);
                }

                await Console.Out.WriteAsync(table.ToString());
            }

            return plans.All(plan => plan.Status == "assigned") ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }
}
