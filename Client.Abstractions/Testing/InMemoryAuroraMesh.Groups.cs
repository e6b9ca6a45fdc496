using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aurora.Client.Abstractions.Testing;

/// <content>Tasks that were submitted together.</content>
public sealed partial class InMemoryAuroraMesh
{
    /// <inheritdoc/>
    public Task<GroupHandle> SubmitArrayAsync(MeshTaskRequest request, int count, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        MeshTaskRequest.RequireCount(count);
        Judge(request, "");
        RequirePrerequisites(request, "");
        var body = request.ToJson();
        body["count"] = count;
        var stem = StemOf(SubmitOptions.KeyOf(options), body);
        var groupId = GroupPrefix + stem[TaskPrefix.Length..];
        return Task.FromResult(new GroupHandle(this, groupId)
        {
            Submissions = [.. Enumerable.Range(0, count).Select(index => Accept(request.At(index), TaskIdOf(stem, index), groupId).Submission!)],
        });
    }

    /// <inheritdoc/>
    public Task<MeshGroup?> FindGroupAsync(string groupId, CancellationToken cancellationToken = default)
    {
        var counts = TasksOf(groupId).GroupBy(task => task.View.Status).ToDictionary(status => status.Key, status => (long)status.Count());
        var total = counts.Values.Sum();
        var ended = Count(MeshTaskStatus.Completed) + Count(MeshTaskStatus.Failed) + Count(MeshTaskStatus.Cancelled);
        return Task.FromResult(total == 0 ? null : new MeshGroup(
            groupId, total, Count(MeshTaskStatus.Queued), Count(MeshTaskStatus.Assigned), Count(MeshTaskStatus.Running),
            Count(MeshTaskStatus.Completed), Count(MeshTaskStatus.Failed), Count(MeshTaskStatus.Cancelled), Math.Round((double)ended / total, 4)));

        long Count(MeshTaskStatus status) => counts.GetValueOrDefault(status);
    }

    /// <inheritdoc/>
    public async Task<MeshGroup?> WaitGroupAsync(string groupId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await WaitAsync(Task.WhenAll(TasksOf(groupId).Select(task => task.Ended)), timeout, cancellationToken).ConfigureAwait(false);
        return await FindGroupAsync(groupId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GroupResult> ReadGroupAsync(
        string groupId, MeshTaskStatus? status = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var (index, task) in ExistingGroup(groupId).Index())
        {
            if (status is null || task.View.Status == status)
            {
                yield return new GroupResult(index, task.View.TaskId, task.View.Status, task.View.Result, task.View.Error);
            }
        }
    }

    /// <inheritdoc/>
    public Task<long> CancelGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        Task.FromResult<long>(ExistingGroup(groupId).Count(task => task.TryCancel()));

    /// <inheritdoc/>
    public Task<long> RetryGroupAsync(string groupId, CancellationToken cancellationToken = default)
    {
        var retried = ExistingGroup(groupId).Where(task => task.TryRetry()).ToList();
        retried.ForEach(Start);
        return Task.FromResult<long>(retried.Count);
    }

    private static string TaskIdOf(string stem, int index) => string.Create(CultureInfo.InvariantCulture, $"{stem}-{index:D6}");

    private List<InMemoryTask> TasksOf(string groupId) => groupId.StartsWith(GroupPrefix, StringComparison.Ordinal)
        ? [.. tasks.Where(task => task.Key.StartsWith($"{TaskPrefix}{groupId[GroupPrefix.Length..]}-", StringComparison.Ordinal)).OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => task.Value)]
        : [];

    private List<InMemoryTask> ExistingGroup(string groupId) => TasksOf(groupId) is { Count: > 0 } found ? found : throw new GroupNotFoundException(groupId);
}
