using System.CommandLine.Parsing;
using System.Globalization;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora queue</c></summary>
internal static class QueueCommand
{
    private const int LimitMax = 1_000;
    private const int PriorityMax = 10;

    public static Command Create()
    {
        var limit = new Option<int>("--limit", "-n") { Description = $"At most so many, up to {LimitMax}.", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > LimitMax)
            {
                result.AddError($"--limit must be from 1 to {LimitMax}.");
            }
        });
        var pool = new Option<string?>("--pool") { Description = "One pool only." };
        var priority = new Option<(int Min, int Max)>("--priority", "-p")
        {
            Description = "Those of one priority only, or of a range such as 0-2.",
            DefaultValueFactory = _ => (0, PriorityMax),
            CustomParser = ReadPriorities,
        };
        var command = new Command("queue", "The tasks that go next, each with what it waits for.") { limit, pool, priority };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var (min, max) = parsed.GetValue(priority);
            var queue = await mesh.GetQueueAsync(parsed.GetValue(limit), parsed.GetValue(pool), min, max, cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(queue, Json.Default.MeshQueue);
                return ExitCode.Ok;
            }

            var table = new Table("TASK", "TYPE", "PRIORITY", "WAITS", "POOL", "BECAUSE");
            foreach (var task in queue.Tasks)
            {
                table.Add(task.TaskId, task.TaskType, task.EffectivePriority.ToString("0.#", CultureInfo.InvariantCulture), Words.Ago(task.SubmittedAt), task.Pool, task.Reason);
            }

            await Console.Out.WriteAsync(table.ToString());
            if (queue.Queued > queue.Tasks.Count)
            {
                await Console.Error.WriteLineAsync($"{queue.Queued} tasks wait in all.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static (int Min, int Max) ReadPriorities(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('-');
        if (parts.Length <= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var min)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var max)
            && min <= max && max <= PriorityMax)
        {
            return (min, max);
        }

        result.AddError($"--priority must be a number from 0 to {PriorityMax}, or two such as 0-2, the lower first.");
        return default;
    }
}
