namespace Aurora.Cli.Commands;

/// <summary><c>aurora tasks list</c></summary>
internal static class TaskListCommand
{
    private const int LimitDefault = 100;

    private static readonly Option<bool> Ended = new("--ended") { Description = "The last 100 that ended, instead of those that have not." };
    private static readonly Option<bool> Dead = new("--dead") { Description = "Those that failed, the latest first; aurora tasks retry puts them back in line." };
    private static readonly Option<string?> Label = new("--label", "-l") { Description = "Those that carry a label: key=value." };
    private static readonly Option<string?> Status = new("--status") { Description = "Those that are queued, assigned, running, completed, failed or cancelled; several with commas." };
    private static readonly Option<string?> Type = new("--type") { Description = "Those of one type." };
    private static readonly Option<string?> Node = new("--node") { Description = "Those that are or ended on one node." };
    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Those of one tenant." };
    private static readonly Option<int?> Limit = new("--limit", "-n") { Description = $"At most so many; by default {LimitDefault} where one of the four above is given, otherwise all." };
    private static readonly Option<string?> Cursor = new("--cursor") { Description = "Goes on where an earlier list stopped." };

    public static Command Create()
    {
        var command = new Command("list", "Tasks that have not ended, or those that are asked for.") { Ended, Dead, Label, Status, Type, Node, Tenant, Limit, Cursor };
        command.SetMeshAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, AuroraHttpMesh mesh, CancellationToken cancellationToken)
    {
        var (listing, limit) = Read(parsed);
        var tasks = new List<MeshTask>();
        var cursor = parsed.GetValue(Cursor);
        if (listing is null)
        {
            tasks.AddRange((await mesh.ListEndedAsync(cancellationToken)).TakeLast(limit));
        }
        else
        {
            do
            {
                var page = await mesh.ListPageAsync(listing, cursor, Math.Min(limit - tasks.Count, TaskPage.LimitMax), cancellationToken);
                tasks.AddRange(page.Tasks);
                cursor = page.NextCursor;
            }
            while (cursor is not null && tasks.Count < limit);
        }

        if (parsed.IsJson())
        {
            Json.Print(tasks, Json.Default.IReadOnlyListMeshTask);
        }
        else
        {
            await Console.Out.WriteAsync(Show(tasks));
        }

        if (listing is not null && cursor is not null)
        {
            await Console.Error.WriteLineAsync($"There may be more: --cursor {cursor}");
        }

        return ExitCode.Ok;
    }

    /// <summary>The list that is meant, null for those that ended last, and how many of it.</summary>
    private static (TaskListing? Listing, int Limit) Read(ParseResult parsed)
    {
        var isFiltered = parsed.GetValue(Status) is not null || parsed.GetValue(Type) is not null || parsed.GetValue(Node) is not null || parsed.GetValue(Tenant) is not null;
        if (new[] { parsed.GetValue(Ended), parsed.GetValue(Dead), parsed.GetValue(Label) is not null || isFiltered }.Count(given => given) > 1)
        {
            throw new UsageException("Give one of --ended, --dead, and what the tasks are (--status, --type, --node, --tenant, --label).");
        }

        if (parsed.GetValue(Ended) && parsed.GetValue(Cursor) is not null)
        {
            throw new UsageException("--ended takes no --cursor.");
        }

        var limit = parsed.GetValue(Limit) ?? (isFiltered ? LimitDefault : int.MaxValue);
        if (limit < 1)
        {
            throw new UsageException("--limit must be 1 or more.");
        }

        var listing = parsed.GetValue(Ended) ? null
            : parsed.GetValue(Dead) ? TaskListing.DeadLetters
            : isFiltered || parsed.GetValue(Label) is not null ? Matching(parsed)
            : TaskListing.Active;
        return (listing, limit);
    }

    private static TaskListing Matching(ParseResult parsed)
    {
        try
        {
            return TaskListing.Matching(new TaskFilter
            {
                Statuses = [.. (parsed.GetValue(Status)?.Split(',', StringSplitOptions.TrimEntries) ?? []).Select(Words.StatusOf)],
                TaskType = parsed.GetValue(Type),
                Node = parsed.GetValue(Node),
                Tenant = parsed.GetValue(Tenant),
                Label = parsed.GetValue(Label) is { } text ? LabelOf(text) : null,
            });
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal.Message);
        }
    }

    private static KeyValuePair<string, string> LabelOf(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } key, var value] ? new(key, value) : throw new UsageException("--label must be key=value.");

    private static string Show(IEnumerable<MeshTask> tasks)
    {
        var table = new Table("TASK", "TYPE", "PRIORITY", "STATUS", "NODE", "AGE", "ERROR");
        foreach (var task in tasks)
        {
            table.Add(task.TaskId, task.TaskType, $"{task.Priority}", Words.Status(task.Status), task.AssignedNode, Words.Ago(task.SubmittedAt), task.Error);
        }

        return table.ToString();
    }
}
