using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Observability;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;
using Orleans.Concurrency;

namespace Aurora.Grains.Tasks;

/// <summary>
/// The address of one task: submit, read, wait, cancel, explain, and reports that a node's ledger cannot judge. The row in
/// the store is the state; the grain keeps nothing but who waits and, once it ended, the final view.
/// </summary>
/// <remarks>
/// Reentrant: the only fields are a waiter's signal and a view that never changes once set, and every write is fenced in
/// the store by (task, attempt), so no interleaving can act on what another turn changed.
/// </remarks>
[GrainType("aurora.task")]
[Reentrant]
internal sealed class TaskGrain(ITaskStore store, MeshInstruments instruments, TimeProvider time) : Grain, ITaskGrain
{
    // Waking is a push; reading again at this pace covers a push that was lost with a silo.
    private static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(2);

    private TaskView? ended;
    private TaskCompletionSource? endSignal;

    private string TaskId => this.GetPrimaryKeyString();

    // Of the task's row; null until that was read.
    private string? pool;

    /// <summary>The scheduler that has the task, unless it is of another pool and its row was not read yet.</summary>
    private ISchedulerGrain Scheduler => GrainFactory.GetReference<ISchedulerGrain>(pool ?? MeshConstants.DefaultPool);

    public async Task<SubmitOutcome> SubmitAsync(TaskSpec spec)
    {
        var outcomes = await GrainFactory.GetReference<ISchedulerGrain>(spec.Pool).SubmitAsync([new NewTask(TaskId, spec, Watched: endSignal is not null)]);
        return outcomes[0];
    }

    public async Task<TaskView?> GetAsync()
    {
        if (ended is not null)
        {
            return ended;
        }

        var row = await ReadAsync();
        var view = row?.ToView(withPayload: true);
        if (view is { HasEnded: true, Webhook: null or { State: not "pending" } })
        {
            ended = view;
        }

        return view;
    }

    public async Task<TaskView?> WaitAsync(TimeSpan timeout)
    {
        var (began, patience) = (time.GetTimestamp(), timeout > MaxWait ? MaxWait : timeout);
        while (true)
        {
            // The signal is armed before anyone is asked to give it, so no end falls in between.
            var signal = (endSignal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            var left = patience - time.GetElapsedTime(began);
            var asked = pool;
            var isWatched = ended is null && await Scheduler.WatchAsync(TaskId);
            if (!isWatched || left <= TimeSpan.Zero)
            {
                var view = await GetAsync();
                if (view is null or { HasEnded: true } || left <= TimeSpan.Zero)
                {
                    return view;
                }

                if (asked is null && pool is not MeshConstants.DefaultPool)
                {
                    // It is another pool's scheduler that can tell.
                    continue;
                }
            }

            await signal.WaitAsync(left < RereadInterval ? left : RereadInterval, time)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (await GetAsync() is { HasEnded: true } end)
            {
                return end;
            }
        }
    }

    public async Task<CancelOutcome> CancelAsync()
    {
        var outcome = await (await FindSchedulerAsync()).CancelAsync(TaskId);
        if (outcome == CancelOutcome.Cancelled)
        {
            await EndedAsync();
        }

        return outcome;
    }

    public async Task<RetryOutcome> RetryAsync()
    {
        var outcome = await (await FindSchedulerAsync()).RetryAsync(TaskId);
        if (outcome == RetryOutcome.Queued)
        {
            ended = null;
        }

        return outcome;
    }

    public async Task<ExplanationView?> ExplainAsync()
    {
        if (ended is null && await (await FindSchedulerAsync()).ExplainAsync(TaskId) is { } explanation)
        {
            return explanation;
        }

        return await GetAsync() is { } view
            ? new ExplanationView(
                TaskId, view.Status, SummaryOf(view), QueuePosition: null, view.Priority, view.AssignedNode, [])
            : null;
    }

    public async Task<ReportVerdict> ReportAsync(string nodeId, AttemptReport report)
    {
        var row = await ReadAsync();
        if (row is null || !row.IsOn(nodeId) || (report.Attempt != 0 && report.Attempt != row.Attempt)
            || row.Phase is not (TaskPhase.Assigned or TaskPhase.Running))
        {
            return ReportVerdict.Stale;
        }

        var memoryFloor = GpuMemoryFloor.After(row.ToShapes().PlacedOn(row.Gpus).MemoryBytesPerGpu, free: 0);
        var now = time.GetUtcNow();
        var operation = row.RankOf(nodeId) is { } rank
            ? report.ToMemberOperation(new GangSeat(row.Attempt, rank, row.Members!.Count, nodeId), leavesFor: null, now, Judge)
            : Judge(report);
        if (operation is null)
        {
            return ReportVerdict.Accepted;
        }

        var outcomes = await StoreGuard.Write(store.CommitAsync([operation]));
        if (!outcomes[0].Applied)
        {
            return ReportVerdict.Stale;
        }

        if (operation.ToEnd(nodeId, outcomes[0], report.PreemptedFor, row.Members is null ? null : row.NodeId) is { } end)
        {
            instruments.AttemptCharged(nodeId, row.Pool, outcomes[0].Charge);
            await Scheduler.AttemptsEndedAsync([end with { Cost = outcomes[0].Charge.Amount }]);
            await (end.IsOfMember ? Task.CompletedTask : EndedAsync());
        }

        return ReportVerdict.Accepted;

        TaskOperation Judge(AttemptReport said) => said.ToOperation(
            row.Attempt, row.NodeId!, row.Retry, ControlsMapping.Parse(row.Controls).ToRules(), memoryFloor, now, Random.Shared.NextDouble());
    }

    public Task EndedAsync()
    {
        endSignal?.TrySetResult();
        endSignal = null;
        return Task.CompletedTask;
    }

    private async Task<TaskRow?> ReadAsync()
    {
        var row = await StoreGuard.Read(store.GetAsync(TaskId, CancellationToken.None));
        pool = row?.Pool;
        return row;
    }

    private async ValueTask<ISchedulerGrain> FindSchedulerAsync()
    {
        if (pool is null)
        {
            await ReadAsync();
        }

        return Scheduler;
    }

    private static TimeSpan MaxWait => TimeSpan.FromSeconds(30);

    private static string SummaryOf(TaskView view) => view switch
    {
        { Status: "completed" } => $"completed on {view.AssignedNode}",
        { Status: "failed", AssignedNode: null } => $"failed: {view.Error}",
        { Status: "failed" } => $"failed on {view.AssignedNode}: {view.Error}",
        { Status: "cancelled" } => "cancelled",
        { AssignedNode: { } node } => $"{view.Status} on {node}",
        _ => $"{view.Status}; the scheduler is taking it up",
    };
}
