using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Agent;

/// <summary>Runs what the mesh orders and keeps the reports until they are answered, whatever connection there is meanwhile.</summary>
internal sealed class AttemptRunner(ITaskExecutor executor, IReadOnlyList<GpuDevice> gpus, TimeProvider time) : INodeOrders, IDisposable
{
    /// <summary>Reports that travel in one call.</summary>
    public const int ReportBatch = 512;

    // An attempt that ends sooner says when it started in its last report.
    private static readonly TimeSpan StartReportAfter = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim reportsWait = new(0);

    public AttemptTable Attempts { get; } = new();

    /// <summary>Ends when another registration took the node's name.</summary>
    public Task WasReplaced => replaced.Task;

    private TaskCompletionSource replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Start(IReadOnlyList<AttemptAssignment> assignments)
    {
        var taken = new List<TrackedAttempt>(assignments.Count);
        foreach (var assignment in assignments)
        {
            if (Attempts.TryAdd(assignment, time.GetTimestamp(), out var superseded) is { } attempt)
            {
                superseded?.Cancellation.Cancel();
                taken.Add(attempt);
            }
        }

        if (taken.Count > 0)
        {
            // The caller is the connection's own thread; an executor may work before its first await.
            ThreadPool.UnsafeQueueUserWorkItem(RunAll, taken, preferLocal: false);
        }
    }

    public void Stop(IReadOnlyList<AttemptId> attempts)
    {
        foreach (var id in attempts)
        {
            Attempts.Remove(id)?.Cancellation.Cancel();
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

    private void RunAll(List<TrackedAttempt> taken)
    {
        foreach (var attempt in taken)
        {
            _ = RunAsync(attempt);
        }
    }

    private async Task RunAsync(TrackedAttempt attempt)
    {
        ExecutionOutcome outcome;
        try
        {
            var assigned = attempt.Assignment.Gpus.Where(index => index < gpus.Count).Select(index => gpus[index]).ToList();
            outcome = await executor.ExecuteAsync(attempt.Assignment, assigned, attempt.Cancellation.Token);
        }
        catch (OperationCanceledException) when (attempt.Cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            outcome = ExecutionOutcome.Failed($"the node could not run the task: {e.Message}");
        }

        var kind = outcome.Error is null ? AttemptReportKind.Completed : AttemptReportKind.Failed;
        if (Attempts.Finish(ReportOf(attempt, kind, outcome.Result, outcome.Error) with { IsFinal = outcome.IsFinal }))
        {
            SignalReports();
        }
    }

    private AttemptReport ReportOf(TrackedAttempt attempt, AttemptReportKind kind, string? result, string? error) => new(
        attempt.Assignment.TaskId, attempt.Assignment.Attempt, kind, time.GetElapsedTime(attempt.StartedAt), result, error);
}
