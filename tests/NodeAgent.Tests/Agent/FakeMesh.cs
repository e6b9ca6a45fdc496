using System.Threading.Channels;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Tests.Agent;

/// <summary>The mesh's end of a session, under the test's control.</summary>
internal sealed class FakeMesh : IMeshConnector
{
    private readonly Channel<FakeSession> sessions = Channel.CreateUnbounded<FakeSession>();

    /// <summary>How many of the next reports fail.</summary>
    public int FailingReports { get; set; }

    /// <summary>How long the next node that joins is told to wait; null lets it in.</summary>
    public TimeSpan? ComeAgainIn { get; set; }

    /// <summary>Largest result that a report may carry.</summary>
    public int ResultBytesMax { get; set; } = int.MaxValue;

    public async Task<FakeSession> NextSessionAsync() => await sessions.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public Task<IMeshSession> ConnectAsync(string nodeId, CancellationToken cancellationToken) =>
        Task.FromResult<IMeshSession>(new FakeSession(this, sessions.Writer));
}

internal sealed class FakeSession(FakeMesh mesh, ChannelWriter<FakeSession> joined) : IMeshSession
{
    private readonly TaskCompletionSource closed = new();
    private readonly Channel<OutputBatch> outputs = Channel.CreateUnbounded<OutputBatch>();
    private readonly Channel<AttemptReport> reports = Channel.CreateUnbounded<AttemptReport>();

    public string Transport => "fake";

    public int ResultBytesMax => mesh.ResultBytesMax;

    public Task Closed => closed.Task;

    public NodeRegistration? Registration { get; private set; }

    public INodeOrders? Orders { get; private set; }

    public bool KnowsNode { get; set; } = true;

    public bool HasLeft { get; private set; }

    public void Close() => closed.TrySetResult();

    public async Task<AttemptReport> NextReportAsync() => await reports.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public Task<JoinReply> JoinAsync(NodeRegistration registration, INodeOrders orders, CancellationToken cancellationToken)
    {
        if (mesh.ComeAgainIn is { } wait)
        {
            mesh.ComeAgainIn = null;
            throw new ComeAgainException("many nodes register now", wait);
        }

        Registration = registration;
        Orders = orders;
        KnowsNode = true;
        joined.TryWrite(this);
        return Task.FromResult(new JoinReply(1, TimeSpan.FromMilliseconds(20), []));
    }

    public Task UpdateAsync(long epoch, NodeRegistration registration, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken) =>
        Task.FromResult(new HeartbeatReply(KnowsNode, [], []));

    public Task<ReportVerdict[]> ReportAsync(long epoch, AttemptReport[] sent, CancellationToken cancellationToken)
    {
        if (mesh.FailingReports > 0)
        {
            mesh.FailingReports--;
            throw new TimeoutException("no answer");
        }

        foreach (var report in sent)
        {
            reports.Writer.TryWrite(report);
        }

        return Task.FromResult(new ReportVerdict[sent.Length]);
    }

    /// <summary>The next batch of output that was sent.</summary>
    public async Task<OutputBatch> NextOutputAsync() => await outputs.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>What a batch is answered with; by default all of it is taken.</summary>
    public Func<OutputBatch, OutputReceipt> OutputAnswer { get; set; } = batch => new OutputReceipt(false, batch.From + batch.Pieces.Length);

    public Task<OutputReceipt> AppendOutputAsync(string taskId, OutputBatch batch, CancellationToken cancellationToken)
    {
        outputs.Writer.TryWrite(batch);
        return Task.FromResult(OutputAnswer(batch));
    }

    public Task LeaveAsync(long epoch, string reason)
    {
        HasLeft = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Runs nothing until the test says how it ended.</summary>
internal sealed class HeldExecutor : ITaskExecutor
{
    private readonly Dictionary<string, TaskCompletionSource<ExecutionOutcome>> running = [];
    private readonly Channel<AttemptAssignment> started = Channel.CreateUnbounded<AttemptAssignment>();

    public TaskCompletionSource Cancelled { get; } = new();

    public async Task<AttemptAssignment> NextStartAsync() => await started.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public bool HasStarted => started.Reader.TryPeek(out _);

    public void End(string taskId, ExecutionOutcome outcome) => running[taskId].SetResult(outcome);

    public ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken) => new(["test"]);

    public async Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource<ExecutionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        running[attempt.TaskId] = end;
        started.Writer.TryWrite(attempt);
        try
        {
            return await end.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }
}
