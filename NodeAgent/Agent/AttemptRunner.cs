using System.Collections.Concurrent;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Journal;
using Aurora.NodeAgent.Output;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Agent;

/// <summary>Runs what the mesh orders and keeps the reports until they are answered, whatever connection there is meanwhile.</summary>
/// <param name="endsWithLease">Whether attempts whose task does not choose end when the mesh is silent for too long.</param>
internal sealed partial class AttemptRunner(
    ITaskExecutor executor, IReadOnlyList<GpuDevice> gpus, IAttemptJournal journal, bool endsWithLease, TimeProvider time, ILogger logger)
    : INodeOrders, IDisposable
{
    /// <summary>Reports that travel in one call.</summary>
    public const int ReportBatch = 512;

    // An attempt that ends sooner says when it started in its last report.
    private static readonly TimeSpan StartReportAfter = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim reportsWait = new(0);
    private readonly ConcurrentDictionary<TrackedAttempt, Task> running = new();
    private long leaseRenewedAt = time.GetTimestamp();
    private volatile bool inventoryDiffers;

    // A disk that hangs is as bad as one that is full.
    private static readonly TimeSpan NotePatience = TimeSpan.FromSeconds(60);

    // A report that says "completed" follows the output, and does not wait long for a mesh that is not there.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    public AttemptTable Attempts { get; } = new();

    /// <summary>Where the output of the attempts goes.</summary>
    public OutputLink Outputs { get; } = new();

    /// <summary>Ends when another registration took the node's name.</summary>
    public Task WasReplaced => replaced.Task;

    private TaskCompletionSource replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Whether the mesh may believe that something runs here which does not. Only a registration tells it; reading takes the
    /// mark away.
    /// </summary>
    public bool TakeInventoryDiffers()
    {
        var differs = inventoryDiffers;
        inventoryDiffers = false;
        return differs;
    }

    /// <summary>Takes up what an earlier process of the node left. Called once, before the first connection.</summary>
    public void Recover()
    {
        var content = journal.Recover();
        Attempts.AddPast(content.Closed);
        foreach (var (report, startedAt) in content.Results)
        {
            if (Restore(new JournaledAttempt(new AttemptId(report.TaskId, report.Attempt), "", startedAt)) is not null && Attempts.Finish(report))
            {
                SignalReports();
            }
        }

        var lost = new List<AttemptId>();
        foreach (var attempt in content.Open)
        {
            if (Resume(attempt) is var (resume, output) && Restore(attempt) is { } tracked)
            {
                _ = RunAsync(tracked, output, resume);
            }
            else
            {
                lost.Add(attempt.Id);
                LogLost(attempt.Id.TaskId, attempt.Id.Attempt);
            }
        }

        if (lost.Count > 0)
        {
            // What the inventory does not name, the mesh gives to another attempt.
            Attempts.AddPast(lost);
            Forget(lost);
        }

        if (content.Results.Count + content.Open.Count > 0)
        {
            LogRecovered(content.Results.Count, content.Open.Count - lost.Count, lost.Count);
        }
    }

    public void Start(IReadOnlyList<AttemptAssignment> assignments)
    {
        var taken = new List<TrackedAttempt>(assignments.Count);
        foreach (var assignment in assignments)
        {
            if (Attempts.TryAdd(assignment, time.GetTimestamp(), out var superseded) is { } attempt)
            {
                superseded?.Cancellation.Cancel();
                if (DisconnectPolicy.EndsWithLease(assignment, endsWithLease) is not { } ends)
                {
                    Finish(attempt, ExecutionOutcome.Failed($"`{DisconnectPolicy.Member}` must be \"kill\" or \"continue\""));
                    continue;
                }

                attempt.EndsWithLease = ends;
                taken.Add(attempt);
            }
            else if (Attempts.WasHere(assignment.Id))
            {
                inventoryDiffers = true;
            }
        }

        if (taken.Count > 0)
        {
            // The caller is the connection's own thread; an executor may work before its first await.
            ThreadPool.UnsafeQueueUserWorkItem(attempts => _ = AcceptAsync(attempts), taken, preferLocal: false);
        }
    }

    public void Stop(IReadOnlyList<AttemptId> attempts)
    {
        foreach (var id in attempts)
        {
            if (Attempts.Remove(id) is { } attempt)
            {
                attempt.Cancellation.Cancel();
                if (attempt.HasEnded)
                {
                    Forget([id]);
                }
            }
        }
    }

    public void Preempt(IReadOnlyList<LeavingAttempt> attempts)
    {
        foreach (var leaving in attempts)
        {
            Attempts.Leave(leaving)?.Cancellation.Cancel();
        }
    }

    /// <summary>The mesh answered a sign of life.</summary>
    /// <summary>
    /// The mesh answered. The lease counts from the question: what the mesh heard of this node it heard then or later, so this end of it
    /// comes first. A supervisor counts from when it sees the renewal, and gets none of an answer that took long.
    /// </summary>
    /// <param name="askedAt">A timestamp of this node's clock.</param>
    public void RenewLease(long askedAt)
    {
        leaseRenewedAt = Math.Max(leaseRenewedAt, askedAt);
        if (time.GetElapsedTime(askedAt) < DisconnectLease.AnswerMax)
        {
            journal.RenewLease();
        }
    }

    /// <summary>Ends what must not outlive a silence of the mesh.</summary>
    public void EnforceLease()
    {
        if (time.GetElapsedTime(leaseRenewedAt) < DisconnectPolicy.Patience)
        {
            return;
        }

        foreach (var attempt in Attempts.Running().Where(attempt => attempt.EndsWithLease))
        {
            LogLeaseLost(attempt.Assignment.TaskId, attempt.Assignment.Attempt, DisconnectPolicy.Patience.TotalSeconds);
            inventoryDiffers = true;
            Stop([attempt.Assignment.Id]);
        }
    }

    /// <summary>Stops everything and returns when it has ended, or after <paramref name="patience"/>.</summary>
    public async Task StopAllAsync(TimeSpan patience)
    {
        Stop([.. Attempts.Running().Select(attempt => attempt.Assignment.Id)]);
        await Task.WhenAll(running.Values).WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The next reports to send, oldest first.</summary>
    public AttemptReport[] TakeReports() => Attempts.TakeReports(ReportBatch, since => time.GetElapsedTime(since));

    /// <summary>The mesh answered these reports.</summary>
    public void Acknowledge(AttemptReport[] reports)
    {
        if (Attempts.Acknowledge(reports) is { Count: > 0 } forgotten)
        {
            Forget(forgotten);
        }
    }

    public void Replaced() => replaced.TrySetResult();

    public void ForgetReplacement() => replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Queues "started" reports that are due.</summary>
    public void ReportStarted()
    {
        var before = time.GetTimestamp() - (long)(StartReportAfter.TotalSeconds * time.TimestampFrequency);
        if (Attempts.ReportStarted(before, attempt => ReportOf(attempt, AttemptReportKind.Started, null, null)))
        {
            SignalReports();
        }
    }

    /// <summary>Ends when there may be something to report.</summary>
    public Task WaitForReportsAsync(CancellationToken cancellationToken) => reportsWait.WaitAsync(cancellationToken);

    public void SignalReports()
    {
        // One pending signal is enough: whoever wakes takes everything there is.
        if (reportsWait.CurrentCount == 0)
        {
            reportsWait.Release();
        }
    }

    public void Dispose() => reportsWait.Dispose();

    private void Forget(IReadOnlyList<AttemptId> attempts)
    {
        journal.Forget(attempts);
        foreach (var attempt in attempts)
        {
            executor.Release(attempt);
        }
    }

    private TrackedAttempt? Restore(JournaledAttempt attempt)
    {
        var since = time.GetUtcNow() - attempt.StartedAt;
        var startedAt = time.GetTimestamp() - (long)(Math.Max(0, since.TotalSeconds) * time.TimestampFrequency);
        var order = new AttemptAssignment(attempt.Id.TaskId, attempt.Id.Attempt, attempt.TaskType, 0, [], 0, "{}", "{}", attempt.StartedAt)
        {
            Controls = attempt.Timeouts is null ? null : new TaskControls { Timeouts = attempt.Timeouts },
        };
        return Attempts.TryAdd(order, startedAt, out _);
    }

    private async Task AcceptAsync(List<TrackedAttempt> taken)
    {
        try
        {
            await journal.AcceptAsync([.. taken.Select(attempt => new JournaledAttempt(attempt.Assignment.Id, attempt.Assignment.TaskType, StartOf(attempt))
            {
                Timeouts = attempt.Assignment.Controls?.Timeouts,
            })]).WaitAsync(NotePatience, time);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            LogNotAccepted(taken.Count, e.Message);
            taken.ForEach(attempt => Finish(attempt, ExecutionOutcome.Failed($"the node cannot take the task up, since it cannot note it on its disk: {(e is IOException ? e.Message : $"that takes longer than {NotePatience.TotalSeconds:F0} s")}")));
            return;
        }

        foreach (var attempt in taken)
        {
            var output = new AttemptOutput(attempt.Assignment.Id, Outputs, isResumed: false, time);
            _ = RunAsync(attempt, output, stopped => executor.ExecuteAsync(attempt.Assignment, GpusOf(attempt), output, stopped));
        }
    }

    private (Func<CancellationToken, Task<ExecutionOutcome>> Run, AttemptOutput Output)? Resume(JournaledAttempt attempt)
    {
        var output = new AttemptOutput(attempt.Id, Outputs, isResumed: true, time);
        return executor.Resume(attempt.Id, attempt.TaskType, output) is { } run ? (run, output) : null;
    }

    private async Task RunAsync(TrackedAttempt attempt, AttemptOutput output, Func<CancellationToken, Task<ExecutionOutcome>> run)
    {
        var ended = new TaskCompletionSource();
        running[attempt] = ended.Task;
        using var span = AttemptTrace.Start(attempt);
        try
        {
            var limits = new AttemptLimits(attempt.Assignment.Controls?.Timeouts, time.GetElapsedTime(attempt.StartedAt), () => output.Silent, time);
            var outcome = await ExecuteAsync(attempt, stopped => limits.RunAsync(run, stopped));
            AttemptTrace.End(span, outcome);
            if (outcome is not null)
            {
                await KeepAsync(attempt, outcome);
                await output.CloseAsync(OutputPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (attempt.LeavesFor is { } other && Attempts.Finish(ReportOf(attempt, AttemptReportKind.Preempted, null, null) with { PreemptedFor = other }))
            {
                await output.CloseAsync(OutputPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                SignalReports();
                return;
            }
            else
            {
                output.Discard();
            }

            if (outcome is null || !Finish(attempt, outcome))
            {
                Forget([attempt.Assignment.Id]);
            }
        }
        finally
        {
            running.TryRemove(attempt, out _);
            ended.SetResult();
        }
    }

    /// <summary>How it ended; null when it was stopped, and nobody wants to know.</summary>
    private static async Task<ExecutionOutcome?> ExecuteAsync(TrackedAttempt attempt, Func<CancellationToken, Task<ExecutionOutcome>> run)
    {
        try
        {
            attempt.Cancellation.Token.ThrowIfCancellationRequested();
            return await run(attempt.Cancellation.Token);
        }
        catch (OperationCanceledException) when (attempt.Cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            return ExecutionOutcome.Failed($"the node could not run the task: {e.Message}");
        }
    }

    private async Task KeepAsync(TrackedAttempt attempt, ExecutionOutcome outcome)
    {
        try
        {
            await journal.KeepAsync(new KeptResult(ReportOf(attempt, outcome), StartOf(attempt)));
            executor.Release(attempt.Assignment.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is sent from memory; only a death of the agent before the mesh answers would lose it.
            LogNotKept(attempt.Assignment.TaskId, attempt.Assignment.Attempt, e.Message);
        }
    }

    private bool Finish(TrackedAttempt attempt, ExecutionOutcome outcome)
    {
        var isWanted = Attempts.Finish(ReportOf(attempt, outcome));
        if (isWanted)
        {
            SignalReports();
        }

        return isWanted;
    }

    private List<GpuDevice> GpusOf(TrackedAttempt attempt) =>
        [.. attempt.Assignment.Gpus.Where(index => index < gpus.Count).Select(index => gpus[index])];

    private DateTimeOffset StartOf(TrackedAttempt attempt) => time.GetUtcNow() - time.GetElapsedTime(attempt.StartedAt);

    private AttemptReport ReportOf(TrackedAttempt attempt, ExecutionOutcome outcome) => ReportOf(
        attempt, outcome.Error is null ? AttemptReportKind.Completed : AttemptReportKind.Failed, outcome.Result, outcome.Error) with
    { IsFinal = outcome.IsFinal, Failure = outcome.Failure, ExitCode = outcome.ExitCode };

    private AttemptReport ReportOf(TrackedAttempt attempt, AttemptReportKind kind, string? result, string? error) => new(
        attempt.Assignment.TaskId, attempt.Assignment.Attempt, kind, time.GetElapsedTime(attempt.StartedAt), result, error)
    {
        TraceParent = attempt.TraceParent,
    };

    [LoggerMessage(LogLevel.Information, "An earlier process of this agent left {Results} results to report, {Running} attempts that still run and {Lost} that are lost")]
    private partial void LogRecovered(int results, int running, int lost);

    [LoggerMessage(LogLevel.Warning, "Task {TaskId} attempt {Attempt} was lost with an earlier process of this agent")]
    private partial void LogLost(string taskId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Task {TaskId} attempt {Attempt} is stopped: the mesh has not answered for {Seconds} s and the task is not to outlive that")]
    private partial void LogLeaseLost(string taskId, int attempt, double seconds);

    [LoggerMessage(LogLevel.Error, "{Count} attempts are refused, since they cannot be noted on the disk: {Reason}")]
    private partial void LogNotAccepted(int count, string reason);

    [LoggerMessage(LogLevel.Error, "The result of task {TaskId} attempt {Attempt} cannot be kept on the disk and is in memory only: {Reason}")]
    private partial void LogNotKept(string taskId, int attempt, string reason);
}
