using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>What the session says to the mesh for the node, and the mesh to the node.</summary>
internal sealed partial class NodeSocketSession
{
    private static readonly TimeSpan LeaseInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(45);

    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _instanceId = Guid.NewGuid().ToString("N");

    // Orleans holds observers weakly; the session lives on the stack of its request and keeps itself and this alive.
    private INodeAgentObserver? _reference;
    private volatile NodeRegistration? _registration;
    private volatile Heartbeat _lastBeat = new(0, 0, [], []);
    private volatile bool _joining;
    private volatile bool _frameSinceBeat;
    private long _epoch;

    private long Epoch => Volatile.Read(ref _epoch);

    /// <inheritdoc/>
    public Task PingAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task AssignAsync(long epoch, AttemptAssignment[] assignments)
    {
        try
        {
            // The first frame that a node gets is 'registered', however fast the mesh is.
            await _joined.Task.WaitAsync(_endedToken);
            if (epoch >= Epoch)
            {
                await GiveAsync(assignments);
            }
        }
        catch (OperationCanceledException)
        {
            // The socket is gone; the mesh learns it from the session's end.
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(AttemptId[] attempts)
    {
        foreach (var attempt in attempts)
        {
            _attempts.Stop(attempt);
            _limits.Remove(attempt);
        }

        if (attempts.Length > 0 && HasFeature("stop"))
        {
            await PostAsync(NodeFrames.Stop(attempts));
        }
    }

    /// <inheritdoc/>
    public async Task PreemptAsync(LeavingAttempt[] attempts)
    {
        if (attempts.Length > 0 && HasFeature(NodeRegistration.PreemptFeature))
        {
            await PostAsync(NodeFrames.Preempt(attempts));
        }
    }

    /// <inheritdoc/>
    public Task ReplacedAsync(long byEpoch)
    {
        // This session's own second registration replaces its first one; that is no reason to go.
        if (!_joining && byEpoch > Epoch)
        {
            Close(SocketClosing.Replaced);
        }

        return Task.CompletedTask;
    }

    private async Task<SocketClosing?> RegisterAsync(JsonElement frame)
    {
        var (registration, error) = NodeInfo.Parse(frame.Member("node_info") ?? default, _instanceId);
        if (registration is null)
        {
            return SocketClosing.Refuse(error!);
        }

        if (await JoinAsync(registration) is not { } reply)
        {
            return SocketClosing.Busy(_gate.Pause());
        }

        if (reply.RefusedFor is { } wait)
        {
            return SocketClosing.NameTaken(wait);
        }

        foreach (var running in registration.Running.Except(reply.Stop))
        {
            _attempts.TryAdd(running);
        }

        await PostAsync(NodeFrames.Registered(_coordinator, reply));
        if (!HasFeature("no_node_updates"))
        {
            _registry.Add(_outbox);
        }

        _joined.TrySetResult();
        return null;
    }

    /// <summary>Null when too many nodes register at once.</summary>
    private async Task<JoinReply?> JoinAsync(NodeRegistration registration)
    {
        if (!await _gate.TryEnterAsync(_endedToken))
        {
            return null;
        }

        _joining = true;
        try
        {
            _reference ??= _grains.CreateObjectReference<INodeAgentObserver>(this);
            var reply = await _node.JoinAsync(registration, _reference);
            if (reply.RefusedFor is not null)
            {
                return reply;
            }

            _registration = registration;
            Volatile.Write(ref _epoch, reply.Epoch);
            LogJoined(_nodeId, reply.Epoch, registration.Gpus.Length);
            return reply;
        }
        finally
        {
            _joining = false;
            _gate.Leave();
        }
    }

    /// <summary>
    /// Renews the lease every second while the node gives signs of life. A node that sends heartbeats of its own is
    /// spoken for only when it said something else since.
    /// </summary>
    private async Task RenewLeaseAsync()
    {
        try
        {
            await _joined.Task.WaitAsync(_endedToken);
            using var timer = new PeriodicTimer(LeaseInterval, _time);
            while (!_closing.Task.IsCompleted && await timer.WaitForNextTickAsync(_endedToken))
            {
                if (_time.GetElapsedTime(Volatile.Read(ref _lastFrameAt)) > SilenceMax)
                {
                    Close(SocketClosing.Silent);
                }
                else if (!HasFeature("heartbeat") || _frameSinceBeat)
                {
                    await RenewLeaseOnceAsync();
                }

                await EndOverdueAsync();
            }
        }
        catch (OperationCanceledException) when (_endedToken.IsCancellationRequested)
        {
            // The socket ended.
        }
        catch (Exception exception)
        {
            LogFailed(_nodeId, exception);
            Close(SocketClosing.TryLater);
        }
    }

    private async Task RenewLeaseOnceAsync()
    {
        if (await BeatAsync(_lastBeat with { Epoch = Epoch, Attempts = _attempts.Running() }) is not { } reply)
        {
            return;
        }

        if (!reply.Known)
        {
            var again = await JoinAsync(_registration! with { Running = _attempts.Running() });
            if (again?.RefusedFor is { } wait)
            {
                Close(SocketClosing.NameTaken(wait));
            }

            await StopAsync([.. again?.Stop ?? []]);
            return;
        }

        await StopAsync([.. reply.Stop]);
        await GiveAsync(reply.Start);
        await PreemptAsync(reply.Preempt);
    }

    private async Task ForwardHeartbeatAsync(JsonElement frame)
    {
        var heartbeat = ReportFrames.Heartbeat(frame, Epoch);
        if (await BeatAsync(heartbeat) is not { } reply)
        {
            return;
        }

        _lastBeat = heartbeat;
        foreach (var start in reply.Start)
        {
            if (_attempts.TryAdd(start.Id))
            {
                Limit(start);
            }
        }

        foreach (var stop in reply.Stop)
        {
            _attempts.Stop(stop);
            _limits.Remove(stop);
        }

        await PostAsync(NodeFrames.HeartbeatAck(reply, _nodeId));
    }

    private async Task<HeartbeatReply?> BeatAsync(Heartbeat heartbeat)
    {
        _frameSinceBeat = false;
        try
        {
            return await _node.HeartbeatAsync(heartbeat);
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            LogNotRenewed(_nodeId, exception);
            return null;
        }
    }

    private async Task GiveAsync(IReadOnlyList<AttemptAssignment> assignments)
    {
        foreach (var assignment in assignments.Where(assignment => _attempts.TryAdd(assignment.Id)))
        {
            Limit(assignment);
            await PostAsync(NodeFrames.Assignment(assignment, _nodeId));
        }
    }

    private void Limit(AttemptAssignment assignment) => _limits.Add(assignment, enforces: HasFeature("attempts"), speaks: HasFeature("output"));

    /// <summary>Reports attempts that took too long in the node's place, and tells a node that understands it to stop them.</summary>
    private async Task EndOverdueAsync()
    {
        var overdue = _limits.TakeOverdue();
        foreach (var report in overdue)
        {
            await _reports.AddAsync(report, _endedToken);
        }

        await StopAsync([.. overdue.Select(report => new AttemptId(report.TaskId, report.Attempt))]);
    }

    private bool HasFeature(string feature) => _registration?.Features.Contains(feature, StringComparer.Ordinal) is true;
}
