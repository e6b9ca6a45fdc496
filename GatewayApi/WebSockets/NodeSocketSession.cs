using System.Net.WebSockets;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// One node's socket from accept to close. It stands in for the node towards the mesh: it holds the registration,
/// renews the lease, and knows which attempts the node was given.
/// </summary>
internal sealed partial class NodeSocketSession : INodeAgentObserver, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource<SocketClosing> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationToken _endedToken;
    private readonly SessionAttempts _attempts = new();
    private readonly AttemptLimits _limits;
    private readonly WebSocket _socket;
    private readonly string _nodeId;
    private readonly string _coordinator;
    private readonly IGrainFactory _grains;
    private readonly INodeGrain _node;
    private readonly RegistryBroadcaster _registry;
    private readonly RegistrationGate _gate;
    private readonly IReadOnlyList<Uri> _others;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SocketFrameReader _reader;
    private readonly SocketOutbox _outbox;
    private readonly ReportQueue _reports;

    public NodeSocketSession(
        WebSocket socket, string nodeId, string coordinator, IGrainFactory grains, RegistryBroadcaster registry,
        RegistrationGate gate, IReadOnlyList<Uri> otherGateways, TimeProvider time, ILogger<NodeSocketSession> logger)
    {
        (_socket, _nodeId, _coordinator, _grains) = (socket, nodeId, coordinator, grains);
        (_registry, _gate, _others, _time, _logger) = (registry, gate, otherGateways, time, logger);
        _endedToken = _ended.Token;
        _lastFrameAt = time.GetTimestamp();
        _node = grains.GetGrain<INodeGrain>(nodeId);
        _limits = new AttemptLimits(time);
        _pace = new FramePace(time);
        _reader = new SocketFrameReader(socket);
        _outbox = new SocketOutbox(socket, time);
        _reports = new ReportQueue(reports => _node.ReportAsync(Epoch, reports), SettleAsync, time);
    }

    /// <summary>Serves the node until either end closes.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = stopping.Register(SendAway);
        var sending = SendAsync();
        var reporting = ReportAsync();
        var renewing = RenewLeaseAsync();
        var serving = ServeAsync();
        var closing = await _closing.Task;

        // Finished work goes first, because the mesh runs again what a node leaves unreported.
        _reports.Complete();
        await Task.WhenAny(reporting, Task.Delay(Patience, CancellationToken.None));
        var left = Epoch;
        await LeaveAsync(closing);
        await CloseSocketAsync(closing, sending);
        _ended.CancelAfter(DrainPatience);
        await serving;
        await _ended.CancelAsync();
        await Task.WhenAll(reporting, renewing);
        if (Epoch != left)
        {
            // A registration that was under way when the socket closed ends with it too.
            await LeaveAsync(closing);
        }

        LogClosed(_nodeId, closing.Reason);
    }

    public void Dispose() => _ended.Dispose();

    /// <summary>This gateway stops. The node is told where else the mesh is, in the reason and, if it understands it, in a frame.</summary>
    private void SendAway()
    {
        if (_others.Count > 0 && HasFeature("moved"))
        {
            _outbox.TryPost(NodeFrames.Moved(_others));
        }

        Close(SocketClosing.StoppingFor(_others.Count > 0 ? _others[Random.Shared.Next(_others.Count)] : null));
    }

    private void Close(SocketClosing closing) => _closing.TrySetResult(closing);

    private async Task SendAsync()
    {
        if (!await _outbox.RunAsync())
        {
            Close(SocketClosing.TooSlow);
        }
    }

    /// <summary>Never throws: whatever goes wrong with one node is the end of its socket and of nothing else.</summary>
    private async Task ServeAsync()
    {
        try
        {
            Close(await ReadRegisterAsync() ?? await ReadUntilClosedAsync());
        }
        catch (OperationCanceledException)
        {
            Close(SocketClosing.Lost);
        }
        catch (Exception exception)
        {
            LogFailed(_nodeId, exception);
            Close(SocketClosing.TryLater);
        }

        await _reader.DiscardAsync(_endedToken);
    }

    private async Task ReportAsync()
    {
        try
        {
            await _reports.RunAsync(_endedToken);
        }
        catch (OperationCanceledException) when (_endedToken.IsCancellationRequested)
        {
            // The socket is gone, and with it the last chance to report.
        }
        catch (Exception exception)
        {
            LogFailed(_nodeId, exception);
            Close(SocketClosing.TryLater);
        }
    }

    private async Task LeaveAsync(SocketClosing closing)
    {
        _registry.Remove(_outbox);
        try
        {
            // A node that names its attempts when it comes back is given the time to: a short while when its connection broke, and as
            // long as a silent one when this gateway sent it to another. Any other one begins anew, so that waiting for it gains nothing.
            var mayReturn = HasFeature("heartbeat") && closing != SocketClosing.ByNode && closing != SocketClosing.Replaced;
            if (Epoch > 0 && !(mayReturn && closing.Status == SocketClosing.Stopping.Status))
            {
                await _node.DisconnectAsync(Epoch, closing.Reason, mayReturn).WaitAsync(Patience);
            }

            if (Interlocked.Exchange(ref _reference, null) is { } reference)
            {
                _grains.DeleteObjectReference<INodeAgentObserver>(reference);
            }
        }
        catch (Exception exception)
        {
            // The lease ends by itself a few seconds later.
            LogNotLeft(_nodeId, exception);
        }
    }

    private async Task CloseSocketAsync(SocketClosing closing, Task sending)
    {
        if (closing.Error is { } error)
        {
            _outbox.TryPost(NodeFrames.Error(error, closing.RetryAfter));
        }

        _outbox.Complete();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await sending.WaitAsync(patience.Token);
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived && closing != SocketClosing.Lost)
            {
                await _socket.CloseOutputAsync(closing.Status, closing.Reason, patience.Token);
                return;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogNotClosed(_nodeId, exception);
        }

        _socket.Abort();
        await sending;
    }

    private async Task PostAsync(ReadOnlyMemory<byte> frame)
    {
        if (!await _outbox.PostAsync(frame))
        {
            Close(SocketClosing.TooSlow);
        }
    }
}
