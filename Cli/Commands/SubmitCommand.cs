using System.Text.Json.Nodes;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora submit</c></summary>
internal static class SubmitCommand
{
    private static readonly Option<string?> IdempotencyKey = new("--idempotency-key") { Description = "The same key again means the same submit." };
    private static readonly Option<int?> Count = new("--count") { Description = "So many tasks as one group; {index} in payload, prompt, script and arguments stands for the number of each." };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait for the end and show it; exit code 1 when it failed." };
    private static readonly Option<double?> Timeout = WaitCommand.TimeoutOption();

    public static Command Create()
    {
        var command = new Command("submit", "Submits a task and prints its id.") { IdempotencyKey, Count, Wait, Timeout };
        TaskOptions.AddTo(command);
        command.SetMeshAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, AuroraHttpMesh mesh, CancellationToken cancellationToken)
    {
        var requests = await TaskOptions.ReadAsync(parsed, cancellationToken);
        var options = new SubmitOptions { IdempotencyKey = parsed.GetValue(IdempotencyKey) };
        var count = parsed.GetValue(Count);
        if (requests.Count == 1 && requests[0].Members?["count"] is JsonValue named && named.TryGetValue<int>(out var number))
        {
            count ??= number;
            requests = [requests[0] with { Members = new JsonObject(requests[0].Members!.Where(member => member.Key != "count").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) }];
        }

        if (count is not null)
        {
            return requests.Count == 1
                ? await SubmitArrayAsync(parsed, await mesh.SubmitArrayAsync(requests[0], count.Value, options, cancellationToken), cancellationToken)
                : throw new UsageException("--count is for one task; the file has several.");
        }

        if (requests.Count == 1)
        {
            var handle = await mesh.SubmitAsync(requests[0], options, cancellationToken);
            if (parsed.GetValue(Wait))
            {
                await Console.Error.WriteLineAsync(handle.TaskId);
                return await WaitCommand.RunAsync(parsed, handle, parsed.GetValue(Timeout), cancellationToken);
            }

            await PrintAsync(parsed, [handle]);
            return ExitCode.Ok;
        }

        var handles = await mesh.SubmitBatchAsync(requests, options, cancellationToken);
        await PrintAsync(parsed, handles);
        return handles.All(handle => handle.Submission!.IsAccepted) ? ExitCode.Ok : ExitCode.Failure;
    }

    private static async Task<int> SubmitArrayAsync(ParseResult parsed, GroupHandle group, CancellationToken cancellationToken)
    {
        var accepted = group.Submissions.Count(submission => submission.IsAccepted);
        await Console.Error.WriteLineAsync($"{accepted} of {group.Submissions.Count} tasks are accepted. See: aurora groups show {group.GroupId}");
        if (parsed.GetValue(Wait))
        {
            return await GroupsCommand.WaitAsync(parsed, group, parsed.GetValue(Timeout), cancellationToken);
        }

        if (parsed.IsJson())
        {
            Json.Print(group.Submissions, Json.Default.IReadOnlyListTaskSubmission);
        }
        else
        {
            await Console.Out.WriteLineAsync(group.GroupId);
        }

        return accepted == group.Submissions.Count ? ExitCode.Ok : ExitCode.Failure;
    }

    private static async Task PrintAsync(ParseResult parsed, IReadOnlyList<TaskHandle> handles)
    {
        if (parsed.IsJson())
        {
            Json.Print([.. handles.Select(handle => handle.Submission!)], Json.Default.IReadOnlyListTaskSubmission);
            return;
        }

        foreach (var submission in handles.Select(handle => handle.Submission!))
        {
            // The id alone on standard output can be used in a pipe; the rest is for the person.
            await Console.Out.WriteLineAsync(submission.TaskId);
            await Console.Error.WriteLineAsync(submission.Node is { } node ? $"{submission.Status} to {node}" : $"{submission.Status}: {submission.Message}");
        }
    }
}
