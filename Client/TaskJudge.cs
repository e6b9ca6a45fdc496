using System.Text;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.Client;

/// <summary>Judges what callers want to submit, as the gateway does for callers over HTTP: here nobody is between them and the grains.</summary>
internal sealed class TaskJudge(IGrainFactory grains, GrainCalls calls)
{
    private const int PriorityDefault = 5;
    private const int BytesMax = 256 * 1024;
    private const int IdsAtOnce = 1_000;

    /// <summary>The tasks as the grains take them, in order.</summary>
    /// <param name="prefix">The path of a task by its number.</param>
    /// <param name="takesPrerequisites">Whether the tasks that they come after must exist.</param>
    /// <exception cref="InvalidTaskException">One of them is refused; the field names which.</exception>
    public async Task<IReadOnlyList<TaskSpec>> ReadAsync(
        IReadOnlyList<(MeshTaskRequest Request, JsonObject Body)> tasks, Func<int, string> prefix, bool takesPrerequisites, CancellationToken cancellationToken)
    {
        var specs = new List<TaskSpec>(tasks.Count);
        foreach (var (index, (request, body)) in tasks.Index())
        {
            request.Validate(prefix(index));
            specs.Add(Read(body, prefix(index)));
        }

        await RequireTypesAsync(specs, prefix, cancellationToken);
        await RequirePoolsAsync(specs, prefix, cancellationToken);
        if (takesPrerequisites)
        {
            await RequirePrerequisitesAsync(specs, prefix, cancellationToken);
        }

        return specs;
    }

    private static TaskSpec Read(JsonObject body, string prefix)
    {
        var utf8 = Encoding.UTF8.GetBytes(body.ToJsonString());
        if (utf8.Length > BytesMax)
        {
            throw new InvalidTaskException(prefix + "body", $"takes at most {BytesMax} bytes; pass large inputs by reference");
        }

        var (spec, refusal) = SubmitParser.Parse(utf8, PriorityDefault, prefix);
        if (refusal is not null)
        {
            throw new InvalidTaskException(refusal.Detail, refusal.Errors ?? new Dictionary<string, string[]> { [prefix + "body"] = [refusal.Detail] });
        }

        // Whom a webhook may call, and with which secret it is signed, are settings of the gateways.
        return spec!.Controls?.Webhook is null ? spec : throw new InvalidTaskException(prefix + "webhook", "is judged by a gateway only: submit this task with the HTTP client");
    }

    private async Task RequireTypesAsync(List<TaskSpec> specs, Func<int, string> prefix, CancellationToken cancellationToken)
    {
        string[]? announced = null;
        foreach (var (index, spec) in specs.Index().Where(task => !KnownTaskTypes.All.Contains(task.Item.TaskType, StringComparer.Ordinal)))
        {
            announced ??= await calls.RunAsync(() => grains.GetGrain<IMeshGrain>(0).GetTaskTypesAsync(), cancellationToken);
            if (!announced.Contains(spec.TaskType, StringComparer.Ordinal))
            {
                throw new InvalidTaskException(prefix(index) + "task_type", $"must be one of {string.Join(", ", KnownTaskTypes.All.Union(announced))}, or a type that a node announces");
            }
        }
    }

    private async Task RequirePoolsAsync(List<TaskSpec> specs, Func<int, string> prefix, CancellationToken cancellationToken)
    {
        string[]? pools = null;
        foreach (var (index, spec) in specs.Index().Where(task => task.Item.Pool != MeshConstants.DefaultPool))
        {
            pools ??= await calls.RunAsync(() => grains.GetGrain<IMeshGrain>(0).GetPoolsAsync(), cancellationToken);
            if (!pools.Contains(spec.Pool, StringComparer.Ordinal))
            {
                throw new InvalidTaskException(prefix(index) + "pool", $"must be one of {string.Join(", ", pools)}; a pool begins when the first node that serves it joins");
            }
        }
    }

    private async Task RequirePrerequisitesAsync(List<TaskSpec> specs, Func<int, string> prefix, CancellationToken cancellationToken)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, spec) in specs.Index())
        {
            foreach (var (number, prerequisite) in (spec.Controls?.After ?? []).Index())
            {
                named.TryAdd(prerequisite.TaskId, $"{prefix(index)}after[{number}]");
            }
        }

        foreach (var ids in named.Keys.Chunk(IdsAtOnce))
        {
            if (await calls.RunAsync(() => grains.GetGrain<ITaskQueryGrain>(0).FindMissingAsync(ids), cancellationToken) is [var missing, ..])
            {
                throw new InvalidTaskException(named[missing], $"must name a task that exists; '{missing}' does not");
            }
        }
    }
}
