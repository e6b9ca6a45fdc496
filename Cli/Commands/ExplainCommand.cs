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
            if (explanation.QueuePosition is { } position)
            {
                var start = explanation.ExpectedStart is { } at
                    ? $"expected to start in {Words.Duration(at - DateTimeOffset.UtcNow)}"
                    : "nobody can tell when it starts";
                await Console.Out.WriteLineAsync($"Number {position} in line, {start}: {explanation.ExpectedStartBasis}.");
            }

            if (explanation.SmallestChange is { } change)
            {
                await Console.Out.WriteLineAsync($"Smallest change: {change.Message}.");
            }

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
