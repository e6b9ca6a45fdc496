namespace Aurora.Cli.Commands;

/// <summary><c>aurora groups …</c></summary>
internal static class GroupsCommand
{
    public static Command Create()
    {
        var command = new Command("groups", "Tasks that were submitted together: show, wait, results, cancel, retry.");
        command.Add(Of("show", "How far a group is.", async (parsed, group, cancellationToken) =>
        {
            await PrintAsync(parsed, await group.GetAsync(cancellationToken));
            return ExitCode.Ok;
        }));
        command.Add(Wait());
        command.Add(Results());
        command.Add(Of("cancel", "Cancels those of its tasks that have not ended.", (_, group, cancellationToken) => CountAsync("cancelled", group.CancelAsync(cancellationToken))));
        command.Add(Of("retry", "Puts those of its tasks that failed back in line.", (_, group, cancellationToken) => CountAsync("back in line", group.RetryAsync(cancellationToken))));
        return command;
    }

    /// <summary>Waits until a group has ended and shows it; 0 when all its tasks completed.</summary>
    public static async Task<int> WaitAsync(ParseResult parsed, GroupHandle group, double? timeoutSeconds, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeoutSeconds is { } seconds)
        {
            limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            using var bar = new ProgressBar();
            MeshGroup far;
            while (!(far = await group.WaitAtMostAsync(bar.Interval, limit.Token)).HasEnded)
            {
                bar.Show(far.Progress, $"{far.Completed + far.Failed + far.Cancelled} of {far.Total}, {far.Running} running, {far.Failed} failed");
            }

            bar.Clear();
            await PrintAsync(parsed, far);
            return far.Completed == far.Total ? ExitCode.Ok : ExitCode.Failure;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"aurora: {group.GroupId} has not ended yet. See: aurora groups show {group.GroupId}");
            return ExitCode.Timeout;
        }
    }

    private static Command Of(string name, string description, Func<ParseResult, GroupHandle, CancellationToken, Task<int>> run, params Option[] options)
    {
        var id = new Argument<string>("group") { Description = "The group's id." };
        var command = new Command(name, description) { id };
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetMeshAction((parsed, mesh, cancellationToken) => run(parsed, new GroupHandle(mesh, parsed.GetRequiredValue(id)), cancellationToken));
        return command;
    }

    private static Command Wait()
    {
        var timeout = WaitCommand.TimeoutOption();
        return Of(
            "wait", "Waits until all its tasks have ended; exit code 0 when they completed.",
            (parsed, group, cancellationToken) => WaitAsync(parsed, group, parsed.GetValue(timeout), cancellationToken), timeout);
    }

    private static Command Results()
    {
        var status = new Option<string?>("--status") { Description = "Only those that are so, e.g. failed." };
        return Of(
            "results", "What its tasks made, in their order, one a line.",
            async (parsed, group, cancellationToken) =>
            {
                await foreach (var result in group.ResultsAsync(parsed.GetValue(status) is { } text ? Words.StatusOf(text) : null, cancellationToken))
                {
                    if (parsed.IsJson())
                    {
                        JsonLine.Print(result, JsonLine.Default.GroupResult);
                    }
                    else
                    {
                        await Console.Out.WriteLineAsync($"{result.Index}\t{Words.Status(result.Status)}\t{(result.Result?.GetRawText() ?? result.Error ?? "").ReplaceLineEndings(" ")}");
                    }
                }

                return ExitCode.Ok;
            },
            status);
    }

    private static async Task<int> CountAsync(string what, Task<long> count)
    {
        await Console.Error.WriteLineAsync($"{await count} tasks are {what}.");
        return ExitCode.Ok;
    }

    private static async Task PrintAsync(ParseResult parsed, MeshGroup group)
    {
        if (parsed.IsJson())
        {
            Json.Print(group, Json.Default.MeshGroup);
            return;
        }

        var table = new Table("GROUP", "ENDED", "QUEUED", "ASSIGNED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED");
        table.Add(
            group.GroupId, $"{Words.Percent(group.Progress)} of {group.Total}", $"{group.Queued}", $"{group.Assigned}", $"{group.Running}", $"{group.Completed}", $"{group.Failed}", $"{group.Cancelled}");
        await Console.Out.WriteAsync(table.ToString());
    }
}
