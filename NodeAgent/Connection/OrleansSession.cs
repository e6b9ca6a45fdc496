using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Connection;

/// <summary>A node's session over an Orleans client.</summary>
internal sealed class OrleansSession(IGrainFactory grains, string nodeId, Action? connectionLost) : IMeshSession
{
    private readonly INodeGrain grain = grains.GetGrain<INodeGrain>(nodeId);

    // Orleans holds observers weakly, so both the observer and its reference live as long as the session.
    private Observer? observer;
    private INodeAgentObserver? reference;
    private bool failed;
    private long epoch;

    public string Transport => "orleans";

    public int ResultBytesMax => CallSize.ResultBytesMax;

    public Task Closed { get; } = new TaskCompletionSource().Task;

    public async Task<JoinReply> JoinAsync(NodeRegistration registration, INodeOrders orders, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            observer = new Observer(orders, this);
            reference = grains.CreateObjectReference<INodeAgentObserver>(observer);
        }

        var reply = await Call(grain.JoinAsync(registration, reference), cancellationToken);
        if (reply is { RefusedFor: { } wait, IsBusy: true })
        {
            throw new ComeAgainException("many nodes register now", wait);
        }

        if (reply.RefusedFor is not null)
        {
            orders.Replaced();
            throw new IOException("another machine that is alive joined the mesh under this name");
        }

        Volatile.Write(ref epoch, reply.Epoch);
        return reply;
    }

    public Task UpdateAsync(long epoch, NodeRegistration registration, CancellationToken cancellationToken) =>
        grain.UpdateAsync(epoch, registration).WaitAsync(cancellationToken);

    public Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken) =>
        Call(grain.HeartbeatAsync(heartbeat), cancellationToken);

    public Task<ReportVerdict[]> ReportAsync(long epoch, AttemptReport[] reports, CancellationToken cancellationToken) =>
        Call(grain.ReportAsync(epoch, reports), cancellationToken);

    public Task<OutputReceipt> AppendOutputAsync(string taskId, OutputBatch batch, CancellationToken cancellationToken) =>
        grains.GetGrain<ITaskOutputGrain>(taskId).AppendAsync(batch).WaitAsync(cancellationToken);

    public Task LeaveAsync(long epoch, string reason) => grain.DisconnectAsync(epoch, reason, mayReturn: false);

    public ValueTask DisposeAsync()
    {
        if (reference is not null)
        {
            grains.DeleteObjectReference<INodeAgentObserver>(reference);
        }

        if (failed)
        {
            connectionLost?.Invoke();
        }

        GC.KeepAlive(observer);
        return ValueTask.CompletedTask;
    }

    private async Task<T> Call<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await call.WaitAsync(cancellationToken);
            failed = false;
            return answer;
        }
        catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException or ObjectDisposedException)
        {
            failed = true;
            throw;
        }
    }

    private sealed class Observer(INodeOrders orders, OrleansSession session) : INodeAgentObserver
    {
        public Task PingAsync() => Task.CompletedTask;

        public Task AssignAsync(long ofEpoch, AttemptAssignment[] assignments)
        {
            if (ofEpoch >= Volatile.Read(ref session.epoch))
            {
                orders.Start(assignments);
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(AttemptId[] attempts)
        {
            orders.Stop(attempts);
            return Task.CompletedTask;
        }

        public Task PreemptAsync(LeavingAttempt[] attempts)
        {
            orders.Preempt(attempts);
            return Task.CompletedTask;
        }

        public Task ReplacedAsync(long byEpoch)
        {
            orders.Replaced();
            return Task.CompletedTask;
        }
    }
}

/// <summary>Sessions inside a process that is a silo or an Orleans client already.</summary>
internal sealed class InProcessConnector(IGrainFactory grains) : IMeshConnector
{
    public Task<IMeshSession> ConnectAsync(string nodeId, CancellationToken cancellationToken) =>
        Task.FromResult<IMeshSession>(new OrleansSession(grains, nodeId, connectionLost: null));
}
