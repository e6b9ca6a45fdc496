using System.Globalization;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora queue</c></summary>
internal static class QueueCommand
{
    private const int LimitMax = 1_000;

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
        var command = new Command("queue", "The tasks that go next, each with what it waits for.") { limit, pool };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var queue = await mesh.GetQueueAsync(parsed.GetValue(limit), parsed.GetValue(pool), cancellationToken);
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
                await Console.Error.WriteLineAsync($"{queue.Queued} tasks wait.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
