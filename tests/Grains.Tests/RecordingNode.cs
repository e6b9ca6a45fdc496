using System.Threading.Channels;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>A node under the test's control: it records what it is told and runs nothing by itself.</summary>
public sealed class RecordingNode : INodeAgentObserver, IAsyncDisposable
{
    private readonly Channel<AttemptAssignment> assigned = Channel.CreateUnbounded<AttemptAssignment>();
    private readonly Channel<AttemptId> stopped = Channel.CreateUnbounded<AttemptId>();
    private readonly Channel<LeavingAttempt> leaving = Channel.CreateUnbounded<LeavingAttempt>();
    private readonly TaskCompletionSource<long> replaced = new();
    private readonly CancellationTokenSource heartbeats = new();
    private readonly INodeGrain grain;
    private INodeAgentObserver? reference;

    private RecordingNode(INodeGrain grain) => this.grain = grain;

    public INodeGrain Grain => grain;

    /// <summary>The most assignments that came in one push.</summary>
    public int LargestPush { get; private set; }

    public long Epoch { get; private set; }

    public JoinReply? Reply { get; private set; }

    /// <summary>What the next heartbeats say that the node runs.</summary>
    public List<AttemptId> Running { get; } = [];

    /// <summary>Why it takes no work, as its heartbeats say; null while it does.</summary>
    public string? Closed { get; set; }

    public Task<long> Replaced => replaced.Task;

    public static async Task<RecordingNode> JoinAsync(IClusterClient client, string nodeId, NodeRegistration registration)
    {
        var node = new RecordingNode(client.GetGrain<INodeGrain>(nodeId));
        node.reference = client.CreateObjectReference<INodeAgentObserver>(node);
        node.Reply = await node.grain.JoinAsync(registration, node.reference);
        node.Epoch = node.Reply.Epoch;
        node.Running.AddRange(registration.Running);
        _ = node.BeatAsync();
        return node;
    }

    public async Task<AttemptAssignment> NextAssignmentAsync() =>
        await assigned.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>The next assignment of this task; what comes before it is passed over.</summary>
    public async Task<AttemptAssignment> NextAssignmentAsync(string taskId)
    {
        AttemptAssignment next;
        do
        {
            next = await NextAssignmentAsync();
        }
        while (next.TaskId != taskId);
        return next;
    }

    public async Task<AttemptId> NextStopAsync() => await stopped.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public async Task<LeavingAttempt> NextPreemptionAsync() => await leaving.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Says that an attempt which was asked to leave is gone.</summary>
    public async Task<ReportVerdict> LeaveAsync(LeavingAttempt attempt, TimeSpan? ran = null)
    {
        var verdicts = await grain.ReportAsync(Epoch, [
            new AttemptReport(attempt.Attempt.TaskId, attempt.Attempt.Attempt, AttemptReportKind.Preempted, ran ?? TimeSpan.FromMilliseconds(5), null, null) { PreemptedFor = attempt.For }]);
        lock (Running)
        {
            Running.Remove(attempt.Attempt);
        }

        return verdicts[0];
    }

    public bool HasPreemption => leaving.Reader.TryPeek(out _);

    public bool HasAssignment => assigned.Reader.TryPeek(out _);

    public async Task<ReportVerdict> ReportAsync(
        AttemptId attempt, AttemptReportKind kind, string? result = null, string? error = null, bool isFinal = false,
        AttemptFailureKind failure = AttemptFailureKind.Error, int? exitCode = null)
    {
        var verdicts = await grain.ReportAsync(
            Epoch, [new AttemptReport(attempt.TaskId, attempt.Attempt, kind, TimeSpan.FromMilliseconds(5), result, error) { IsFinal = isFinal, Failure = failure, ExitCode = exitCode }]);
        if (kind != AttemptReportKind.Started)
        {
            lock (Running)
            {
                Running.Remove(attempt);
            }
        }

        return verdicts[0];
    }

    public Task<ReportVerdict> CompleteAsync(AttemptId attempt) => ReportAsync(attempt, AttemptReportKind.Completed, """{"ok":true}""");

    public Task<HeartbeatReply> HeartbeatAsync()
    {
        lock (Running)
        {
            return grain.HeartbeatAsync(new Heartbeat(Epoch, 0.1, [], [.. Running]) { Closed = Closed });
        }
    }

    public void FallSilent() => heartbeats.Cancel();

    public Task PingAsync() => Task.CompletedTask;

    public Task AssignAsync(long epoch, AttemptAssignment[] assignments)
    {
        LargestPush = Math.Max(LargestPush, assignments.Length);
        foreach (var assignment in assignments)
        {
            lock (Running)
            {
                Running.Add(assignment.Id);
            }

            assigned.Writer.TryWrite(assignment);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(AttemptId[] attempts)
    {
        foreach (var attempt in attempts)
        {
            lock (Running)
            {
                Running.Remove(attempt);
            }

            stopped.Writer.TryWrite(attempt);
        }

        return Task.CompletedTask;
    }

    public Task PreemptAsync(LeavingAttempt[] attempts)
    {
        foreach (var attempt in attempts)
        {
            leaving.Writer.TryWrite(attempt);
        }

        return Task.CompletedTask;
    }

    public Task ReplacedAsync(long byEpoch)
    {
        replaced.TrySetResult(byEpoch);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await heartbeats.CancelAsync();
        await grain.DisconnectAsync(Epoch, "the test is over", mayReturn: false);
        heartbeats.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(heartbeats.Token))
            {
                await HeartbeatAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over, or the node falls silent on purpose.
        }
    }
}
