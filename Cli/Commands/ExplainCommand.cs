using System.Globalization;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("task") { Description = "The task's id." };
        var command = new Command("explain", "Why a task waits, or why it went where it is.") { id };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var taskId = parsed.GetRequiredValue(id);
            var explanation = await mesh.ExplainAsync(taskId, cancellationToken) ?? throw new TaskNotFoundException(taskId);
            if (parsed.IsJson())
            {
                Json.Print(explanation, Json.Default.TaskExplanation);
                return ExitCode.Ok;
            }

            await Console.Out.WriteLineAsync(explanation.Summary);
            if (explanation.Nodes.Count > 0)
            {
                var table = new Table("NODE", "SCORE", "REFUSED BECAUSE");
                foreach (var (node, answer) in explanation.Nodes.OrderByDescending(node => node.Value.Score))
                {
                    table.Add(node, answer.Score?.ToString("0.###", CultureInfo.InvariantCulture), string.Join("; ", answer.Refusals.Select(refusal => refusal.Message)));
                }

                await Console.Out.WriteAsync(table.ToString());
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
