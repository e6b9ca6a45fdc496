using System.Runtime.CompilerServices;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Tests;

/// <summary>The store's contract over dictionaries, with a switch that makes it unreachable.</summary>
internal sealed class MemoryTaskStore : ITaskStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, TaskRow> tasks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, NodeRow> nodes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> schedulers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttemptPrice> prices = new(StringComparer.Ordinal);
    private readonly List<(TaskRow Row, DateTimeOffset EndedAt, double Seconds, Charge Charge)> charges = [];
    private long schedulerEpoch;

    /// <summary>While true every call throws <see cref="StoreUnavailableException"/> and changes nothing.</summary>
    public bool IsDown { get; set; }

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(IsDown ? "the store is down" : null);

    public async Task<OperationOutcome[]> CommitAsync(IReadOnlyList<TaskOperation> operations)
    {
        await Task.Yield();
        return Read(() => operations.Select(Apply).ToArray());
    }

    public Task<TaskRow?> GetAsync(string taskId, CancellationToken cancellationToken) => ReadAsync(() => tasks.GetValueOrDefault(taskId));

    public Task<IReadOnlyList<TaskRow>> GetManyAsync(IReadOnlyCollection<string> taskIds, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() => [.. taskIds.Distinct().Select(tasks.GetValueOrDefault).OfType<TaskRow>()]);

    public Task<IReadOnlyList<TaskRow>> ListActiveAsync(string? afterTaskId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() => [.. tasks.Values
            .Where(row => row.Phase < TaskPhase.Completed && string.CompareOrdinal(row.TaskId, afterTaskId) > 0).Take(limit)]);

    public async IAsyncEnumerable<TaskRow> ReadSchedulableAsync(string pool, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in (await ListActiveAsync(null, int.MaxValue, cancellationToken)).Where(row => row.Pool == pool))
        {
            yield return row with { Payload = null, Result = null, Error = null };
        }
    }

    public Task<IReadOnlyList<TaskRow>> ListCompletedAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() => [.. tasks.Values
            .Where(row => row.Phase >= TaskPhase.Completed).OrderBy(row => row.CompletedAt).TakeLast(limit)]);

    public Task<IReadOnlyList<TaskRow>> ListFailedAsync(
        (DateTimeOffset CompletedAt, string TaskId)? before, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() => [.. tasks.Values
            .Where(row => row.Phase == TaskPhase.Failed && (before is null || (row.CompletedAt, row.TaskId).CompareTo((before.Value.CompletedAt, before.Value.TaskId)) < 0))
            .OrderByDescending(row => row.CompletedAt).Take(limit)]);

    public Task<IReadOnlyList<TaskRow>> ListWithPrefixAsync(string prefix, string? afterTaskId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() => [.. tasks.Values
            .Where(row => row.TaskId.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(row.TaskId, afterTaskId) > 0).Take(limit)]);

    public Task<TaskRows> ListAsync(TaskQuery query, string? beforeTaskId, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Lists are the stores' own matter, and tested there.");

    public Task<IReadOnlyDictionary<TaskPhase, long>> CountWithPrefixAsync(string prefix, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<TaskPhase, long>>(() => tasks.Values
            .Where(row => row.TaskId.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(row => row.Phase).ToDictionary(group => group.Key, group => group.LongCount()));

    public Task<IReadOnlyList<TaskStanding>> FindAsync(IReadOnlyList<string> taskIds, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskStanding>>(() =>
            [.. taskIds.Where(tasks.ContainsKey).Select(id => new TaskStanding(id, tasks[id].Phase, tasks[id].CompletedAt))]);

    public Task<IReadOnlyList<TaskRow>> ClaimWebhooksAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<TaskRow>>(() =>
        {
            TaskRow[] claimed = [.. tasks.Values.Where(row => row.CompletedAt is not null && row.WebhookDue <= now).Take(limit)
                .Select(row => row with { WebhookDue = until, WebhookAttempts = row.WebhookAttempts + 1 })];
            foreach (var row in claimed)
            {
                tasks[row.TaskId] = row;
            }

            return claimed;
        });

    public Task<bool> SettleWebhookAsync(string taskId, DateTimeOffset? due, string? error, CancellationToken cancellationToken) =>
        ReadAsync(() =>
        {
            tasks[taskId] = tasks[taskId] with { WebhookDue = due, WebhookError = error };
            return true;
        });

    public Task<CompletedCounts> CountCompletedAsync(string pool, CancellationToken cancellationToken) =>
        ReadAsync(() =>
        {
            var completed = tasks.Values.Where(row => row.Phase == TaskPhase.Completed && row.Pool == pool).ToList();
            return new CompletedCounts(
                completed.Count,
                completed.SelectMany(row => row.Members?.Select(member => member.NodeId) ?? [row.NodeId!]).CountBy(node => node).ToDictionary(node => node.Key, node => (long)node.Value));
        });

    public Task<long> AcquireSchedulerAsync(string pool, CancellationToken cancellationToken) => ReadAsync(() => schedulers[pool] = ++schedulerEpoch);

    /// <summary>The epoch of a pool's scheduler.</summary>
    public Task<long> CurrentSchedulerAsync(string pool) => ReadAsync(() => schedulers[pool]);

    public Task<IReadOnlyList<string>> ListPoolsAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<string>>(() => [.. schedulers.Keys]);

    public Task<long> RegisterNodeAsync(string nodeId, string registration, CancellationToken cancellationToken) => ReadAsync(() =>
    {
        var epoch = (nodes.GetValueOrDefault(nodeId)?.Epoch ?? 0) + 1;
        var before = nodes.GetValueOrDefault(nodeId);
        nodes[nodeId] = new NodeRow(nodeId, epoch, registration, DateTimeOffset.UtcNow, before?.Cordoned ?? false, before?.DrainDeadline, before?.QuarantinedUntil, before?.Quarantines ?? 0);
        return epoch;
    });

    public Task<bool> UpdateNodeAsync(string nodeId, long epoch, string registration, CancellationToken cancellationToken) => ReadAsync(() =>
    {
        var current = nodes.GetValueOrDefault(nodeId);
        if (current?.Epoch != epoch)
        {
            return false;
        }

        nodes[nodeId] = current with { Registration = registration };
        return true;
    });

    public Task<bool> SetCordonAsync(string nodeId, bool cordoned, DateTimeOffset? drainDeadline, CancellationToken cancellationToken) => ReadAsync(() =>
    {
        if (!nodes.TryGetValue(nodeId, out var row))
        {
            return false;
        }

        nodes[nodeId] = row with { Cordoned = cordoned, DrainDeadline = drainDeadline };
        return true;
    });

    public Task<bool> SetQuarantineAsync(string nodeId, DateTimeOffset? until, int quarantines, CancellationToken cancellationToken) => ReadAsync(() =>
    {
        if (!nodes.TryGetValue(nodeId, out var row))
        {
            return false;
        }

        nodes[nodeId] = row with { QuarantinedUntil = until, Quarantines = quarantines };
        return true;
    });

    public Task<IReadOnlyList<NodeRow>> ListNodesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<NodeRow>>(() => [.. nodes.Values]);

    public Task<NodeRow?> GetNodeAsync(string nodeId, CancellationToken cancellationToken) => ReadAsync(() => nodes.GetValueOrDefault(nodeId));

    public Task<IReadOnlyList<CostRow>> ListCostsAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<CostRow>>(() => [.. charges.Where(each => each.EndedAt >= from && each.EndedAt < before).Select(each => new CostRow(
            DateOnly.FromDateTime(each.EndedAt.UtcDateTime), each.Row.NodeId!, null, each.Row.TaskType, each.Row.Pool,
            prices[each.Row.TaskId].Tenure, 1, each.Seconds, each.Charge.Amount, each.Charge.OnDemand))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private OperationOutcome Apply(TaskOperation operation)
    {
        var row = tasks.GetValueOrDefault(operation.TaskId);
        var isActive = row?.Phase is TaskPhase.Assigned or TaskPhase.Running;
        if (operation.DecidedUnder is { } decidedUnder && !schedulers.ContainsValue(decidedUnder))
        {
            return new OperationOutcome(false);
        }

        switch (operation)
        {
            case TaskOperation.Insert insert when row is null && schedulers.ContainsValue(insert.SchedulerEpoch):
                tasks[insert.TaskId] = insert.Row;
                prices[insert.TaskId] = insert.Price;
                return new OperationOutcome(true);
            case TaskOperation.Assign assign when row is { Phase: TaskPhase.Queued } && row.Attempt == assign.Attempt - 1
                && schedulers.ContainsValue(assign.SchedulerEpoch):
                prices[assign.TaskId] = assign.Price;
                return Set(row with
                {
                    Phase = TaskPhase.Assigned,
                    Attempt = assign.Attempt,
                    NodeId = assign.NodeId,
                    NodeEpoch = assign.NodeEpoch,
                    Gpus = assign.Gpus,
                    NotBefore = null,
                });
            case TaskOperation.AssignGang assign when row is { Phase: TaskPhase.Queued } && row.Attempt == assign.Attempt - 1
                && schedulers.ContainsValue(assign.SchedulerEpoch):
                prices[assign.TaskId] = assign.Price;
                return Set(row with
                {
                    Phase = TaskPhase.Assigned,
                    Attempt = assign.Attempt,
                    NodeId = assign.Members[0].NodeId,
                    NodeEpoch = assign.Members[0].NodeEpoch,
                    Gpus = assign.Members[0].Gpus,
                    Members = assign.Members,
                    NotBefore = null,
                });
            case TaskOperation.EndMember end when isActive && row!.Attempt == end.Attempt && row.Members is { } members:
                row = row with
                {
                    Phase = TaskPhase.Running,
                    StartedAt = row.StartedAt ?? end.StartedAt,
                    Result = end.Rank == 0 ? end.Result : row.Result,
                    Members = [.. members.Select((member, rank) => rank == end.Rank ? member with { HasEnded = true } : member)],
                };
                return row.Members.Any(member => !member.HasEnded)
                    ? Set(row)
                    : End(row, null, end.EndedAt, ended => ended with { Phase = TaskPhase.Completed, CompletedAt = end.EndedAt, Error = null }) with { Completes = true };
            case TaskOperation.Start start when row is { Phase: TaskPhase.Assigned } && row.Attempt == start.Attempt:
                return Set(row with { Phase = TaskPhase.Running, StartedAt = start.StartedAt });
            case TaskOperation.Requeue requeue when isActive && row!.Attempt == requeue.Attempt && row.NodeId == requeue.NodeId:
                return End(row, requeue.StartedAt, requeue.EndedAt, ended => ended with
                {
                    Phase = TaskPhase.Queued,
                    StartedAt = null,
                    Retry = requeue.DecidedUnder is null ? requeue.Retry with { Crashes = row.Retry.Crashes } : requeue.Retry,
                    NotBefore = requeue.NotBefore,
                    Error = requeue.Error ?? row.Error,
                    AttainedGpuSeconds = row.AttainedGpuSeconds + (Ran(row, requeue.StartedAt, requeue.EndedAt).TotalSeconds * Math.Max(1, row.Gpus.Count)),
                });
            case TaskOperation.Revive revive when row is { Phase: TaskPhase.Failed }:
                return Set(row with { Phase = TaskPhase.Queued, CompletedAt = null, NotBefore = revive.NotBefore, Error = null, Retry = RetryState.Fresh with { MaxAttempts = row.Retry.MaxAttempts } });
            case TaskOperation.Pardon pardon when row is { Phase: TaskPhase.Queued } ? row.Attempt == pardon.Attempt : isActive && row!.Attempt == pardon.Attempt + 1:
                return Set(row with { Retry = row.Retry with { Crashes = pardon.Crashes } });
            case TaskOperation.GiveUp giveUp when row is { Phase: TaskPhase.Queued } && row.Attempt == giveUp.Attempt:
                return Set(row with { Phase = TaskPhase.Failed, CompletedAt = giveUp.CompletedAt, Error = giveUp.Error });
            case TaskOperation.Finish finish when isActive && row!.Attempt == finish.Attempt:
                return End(row, finish.StartedAt, finish.CompletedAt, ended => ended with
                {
                    Phase = finish.Phase,
                    StartedAt = finish.StartedAt ?? row.StartedAt,
                    CompletedAt = finish.CompletedAt,
                    Result = finish.Result,
                    Error = finish.Error,
                    Retry = finish.Retry,
                });
            case TaskOperation.Cancel cancel when row is { Phase: < TaskPhase.Completed }:
                return End(row, null, cancel.CompletedAt, ended => ended with { Phase = TaskPhase.Cancelled, CompletedAt = cancel.CompletedAt, Error = cancel.Reason }) with { Row = row };
            default:
                return new OperationOutcome(false);
        }
    }

    private OperationOutcome End(TaskRow row, DateTimeOffset? startedAt, DateTimeOffset endedAt, Func<TaskRow, TaskRow> change)
    {
        var ran = Ran(row, startedAt, endedAt);
        var price = prices.GetValueOrDefault(row.TaskId);
        var charge = new Charge(ran.TotalHours * price.PerHour, ran.TotalHours * price.OnDemandPerHour);
        if (charge != default)
        {
            charges.Add((row, endedAt, ran.TotalSeconds, charge));
        }

        return Set(change(row) with { Cost = row.Cost + charge.Amount }) with { Charge = charge };
    }

    private static TimeSpan Ran(TaskRow row, DateTimeOffset? startedAt, DateTimeOffset endedAt) =>
        row.Phase is TaskPhase.Assigned or TaskPhase.Running && (startedAt ?? row.StartedAt) is { } start && endedAt > start ? endedAt - start : TimeSpan.Zero;

    private OperationOutcome Set(TaskRow row)
    {
        tasks[row.TaskId] = row;
        return new OperationOutcome(true, row);
    }

    private Task<T> ReadAsync<T>(Func<T> read)
    {
        try
        {
            return Task.FromResult(Read(read));
        }
        catch (StoreUnavailableException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private T Read<T>(Func<T> read)
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("the store is down");
        }

        lock (gate)
        {
            return read();
        }
    }
}
