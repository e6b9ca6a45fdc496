using System.Runtime.CompilerServices;
using System.Text.Json;
using Aurora.Client.Abstractions.Observability;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <content>Tasks that were submitted together.</content>
internal sealed partial class AuroraOrleansMesh
{
    // Results may be large, so few of them come at once.
    private const int GroupPageSize = 64;
    private const int CallsAtOnce = 64;

    // A count reads an index entry for each task, so a large group is not counted at every turn.
    private static readonly TimeSpan CountInterval = TimeSpan.FromMilliseconds(500);

    public async Task<GroupHandle> SubmitArrayAsync(MeshTaskRequest request, int count, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        MeshTaskRequest.RequireCount(count);
        var body = request.ToJson();
        var spec = (await judge.ReadAsync([(request, body)], static _ => "", takesPrerequisites: true, cancellationToken))[0];
        body["count"] = count;
        var key = SubmitKey.Of(options, body);
        TaskSpec[] specs = [.. Enumerable.Range(0, count).Select(index => spec with { Payload = ArrayIndex.In(spec.Payload, index) })];
        var submissions = await MeshTracing.RunAsync(MeshTracing.Submit(count), () => submit.RunAsync(specs, key, isBatch: true, cancellationToken));
        return submissions.All(submission => submission.Status == "refused")
            ? throw new QueueFullException(submissions[0].Message!)
            : new GroupHandle(this, submissions[0].GroupId!) { Submissions = submissions };
    }

    public async Task<MeshGroup?> FindGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        GroupId.TryGetTaskPrefix(groupId, out var prefix)
        && await calls.RunAsync(() => Query.CountGroupAsync(prefix), cancellationToken) is { Total: > 0 } counts
            ? MeshMapping.Group(groupId, counts)
            : null;

    public async Task<MeshGroup?> WaitGroupAsync(string groupId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var group = await FindGroupAsync(groupId, cancellationToken);
            if (group is null or { HasEnded: true } || time.GetElapsedTime(started) >= timeout)
            {
                return group;
            }

            await Task.Delay(CountInterval, time, cancellationToken);
        }
    }

    public async IAsyncEnumerable<GroupResult> ReadGroupAsync(
        string groupId, MeshTaskStatus? status = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var name = status is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()!);
        await foreach (var task in TasksOfAsync(groupId, cancellationToken))
        {
            if (name is null || task.Status == name)
            {
                yield return TaskMapping.Result(task);
            }
        }
    }

    public Task<long> CancelGroupAsync(string groupId, CancellationToken cancellationToken = default) => ForEachAsync(
        groupId, task => !task.HasEnded, async grain => await grain.CancelAsync() is CancelOutcome.Cancelled, cancellationToken);

    public Task<long> RetryGroupAsync(string groupId, CancellationToken cancellationToken = default) => ForEachAsync(
        groupId, task => task.Status == "failed", async grain => await grain.RetryAsync() is RetryOutcome.Queued, cancellationToken);

    private async Task<long> ForEachAsync(string groupId, Func<TaskView, bool> isMeant, Func<ITaskGrain, Task<bool>> act, CancellationToken cancellationToken)
    {
        long count = 0;
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(TasksOfAsync(groupId, cancellationToken).Where(isMeant), atOnce, async (task, cancellation) =>
        {
            if (await calls.RunAsync(() => act(TaskGrain(task.TaskId)), cancellation))
            {
                Interlocked.Increment(ref count);
            }
        });
        return count;
    }

    private async IAsyncEnumerable<TaskView> TasksOfAsync(string groupId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!GroupId.TryGetTaskPrefix(groupId, out var prefix))
        {
            throw new GroupNotFoundException(groupId);
        }

        for (string? after = null; ;)
        {
            var last = after;
            var page = await calls.RunAsync(() => Query.ListGroupAsync(prefix, last, GroupPageSize), cancellationToken);
            if (page.Length == 0 && after is null)
            {
                throw new GroupNotFoundException(groupId);
            }

            foreach (var task in page)
            {
                yield return task;
            }

            if (page.Length < GroupPageSize)
            {
                yield break;
            }

            after = page[^1].TaskId;
        }
    }
}
