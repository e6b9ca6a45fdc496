using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;
using Orleans.Concurrency;

namespace Aurora.Grains.Tasks;

/// <summary>Reads over many tasks; holds nothing, so any silo may answer.</summary>
[GrainType("aurora.task-query")]
[StatelessWorker]
internal sealed class TaskQueryGrain(ITaskStore store) : Grain, ITaskQueryGrain
{
    private const int MaxLimit = 1_000;

    public async Task<TaskView[]> ListActiveAsync(string? afterTaskId, int limit) =>
        ToViews(await StoreGuard.Read(store.ListActiveAsync(afterTaskId, Math.Clamp(limit, 1, MaxLimit), CancellationToken.None)));

    public async Task<TaskPageView> ListAsync(TaskFilter filter, string? cursor, int limit)
    {
        var phases = Enum.GetValues<TaskPhase>().Where(phase => filter.Statuses.Contains(phase.ToStatus())).ToArray();
        if (filter.Statuses.Length > 0 && phases.Length == 0)
        {
            return new TaskPageView([], null);
        }

        var query = new TaskQuery
        {
            Phases = phases,
            TaskType = filter.TaskType,
            NodeId = filter.Node,
            Tenant = filter.Tenant,
            Label = filter.LabelKey is { } key ? (key, filter.LabelValue ?? "") : null,
        };
        var page = await StoreGuard.Read(store.ListAsync(query, cursor, Math.Clamp(limit, 1, MaxLimit), CancellationToken.None));
        return new TaskPageView(ToViews(page.Rows), page.Next);
    }

    public async Task<TaskView[]> ListLabelledAsync(string key, string value, string? beforeTaskId, int limit)
    {
        // Who calls this takes a short page for the last one.
        limit = Math.Clamp(limit, 1, MaxLimit);
        var found = new List<TaskView>();
        var page = new TaskPageView([], beforeTaskId);
        do
        {
            page = await ListAsync(new TaskFilter { LabelKey = key, LabelValue = value }, page.Next, limit - found.Count);
            found.AddRange(page.Tasks);
        }
        while (page.Next is not null && found.Count < limit);
        return [.. found];
    }

    public async Task<TaskView[]> ListCompletedAsync(int limit) =>
        ToViews(await StoreGuard.Read(store.ListCompletedAsync(Math.Clamp(limit, 1, MaxLimit), CancellationToken.None)));

    public async Task<TaskView[]> ListFailedAsync(TaskView? before, int limit)
    {
        (DateTimeOffset, string)? last = before is { CompletedAt: { } completedAt } ? (completedAt, before.TaskId) : null;
        return ToViews(await StoreGuard.Read(store.ListFailedAsync(last, Math.Clamp(limit, 1, MaxLimit), CancellationToken.None)));
    }

    public async Task<TaskView[]> ListGroupAsync(string prefix, string? afterTaskId, int limit) =>
        ToViews(await StoreGuard.Read(store.ListWithPrefixAsync(prefix, afterTaskId, Math.Clamp(limit, 1, MaxLimit), CancellationToken.None)));

    public async Task<GroupCounts> CountGroupAsync(string prefix)
    {
        var counts = await StoreGuard.Read(store.CountWithPrefixAsync(prefix, CancellationToken.None));
        return new GroupCounts(
            Of(TaskPhase.Queued), Of(TaskPhase.Assigned), Of(TaskPhase.Running), Of(TaskPhase.Completed), Of(TaskPhase.Failed), Of(TaskPhase.Cancelled));

        long Of(TaskPhase phase) => counts.GetValueOrDefault(phase);
    }

    public async Task<string[]> FindMissingAsync(string[] taskIds)
    {
        var found = await StoreGuard.Read(store.FindAsync(taskIds, CancellationToken.None));
        return [.. taskIds.Except(found.Select(standing => standing.TaskId))];
    }

    public Task<string?> CheckStoreAsync() => store.CheckAsync(CancellationToken.None);

    private static TaskView[] ToViews(IReadOnlyList<TaskRow> rows) => [.. rows.Select(row => row.ToView(withPayload: false))];
}
