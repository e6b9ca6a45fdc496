using System.Net.WebSockets;
using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>What the node says.</summary>
internal sealed partial class NodeSocketSession
{
    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(10);

    private readonly FramePace _pace;
    private long _lastFrameAt;

    private async Task<SocketClosing?> ReadRegisterAsync()
    {
        var reading = _reader.ReadAsync(_endedToken);
        var patience = Task.Delay(RegisterTimeout, _time, _endedToken);
        if (await Task.WhenAny(reading, patience) != reading)
        {
            // A read cannot be taken back without breaking the socket, so it is left to end by itself.
            Close(SocketClosing.Refuse("Send 'register' within 10 s."));
            (await reading).Frame?.Dispose();
            return SocketClosing.Lost;
        }

        var (frame, closing) = await reading;
        using (frame)
        {
            return frame is null ? closing
                : frame.RootElement.Text("type") == "register" ? await RegisterAsync(frame.RootElement)
                : SocketClosing.Refuse("The first frame must be 'register'.");
        }
    }

    private async Task<SocketClosing> ReadUntilClosedAsync()
    {
        _reader.TakeResults();
        while (!_closing.Task.IsCompleted)
        {
            var (frame, closing) = await _reader.ReadAsync(_endedToken);
            using (frame)
            {
                if (frame is null)
                {
                    await BlameForSizeAsync(closing!);
                    return closing!;
                }

                Volatile.Write(ref _lastFrameAt, _time.GetTimestamp());
                if (await HandleAsync(frame.RootElement) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return SocketClosing.Lost;
    }

    /// <summary>
    /// A frame that is too large is the end of its socket. Of a node that ran one task it is most likely the result, which would come again
    /// from every node that the task went to; so this counts as a failure of the task and not as the loss of the node.
    /// </summary>
    private async Task BlameForSizeAsync(SocketClosing closing)
    {
        if (closing.Status is WebSocketCloseStatus.MessageTooBig && _attempts.Running() is [var attempt])
        {
            await _reports.AddAsync(
                new AttemptReport(
                    attempt.TaskId, attempt.Attempt, AttemptReportKind.Failed, TimeSpan.Zero, Result: null,
                    $"its node sent a frame of more than {_reader.BytesMax} bytes while it ran nothing else, most likely the result; let the result be smaller"),
                _endedToken);
        }
    }

    /// <summary>Null, or why the socket must end. A frame of an unknown type is a sign of life and nothing else.</summary>
    private async Task<SocketClosing?> HandleAsync(JsonElement frame)
    {
        if (await HoldBackAsync(frame.Text("type")) is { } flooding)
        {
            return flooding;
        }

        switch (frame.Text("type"))
        {
            case "ping":
                await PostAsync(NodeFrames.Pong);
                break;
            case "task_started":
                await AddReportAsync(frame, AttemptReportKind.Started);
                break;
            case "task_complete":
                await AddReportAsync(frame, AttemptReportKind.Completed);
                break;
            case "task_failed":
                await AddReportAsync(frame, AttemptReportKind.Failed);
                break;
            case "task_preempted" when HasFeature(NodeRegistration.PreemptFeature):
                await AddReportAsync(frame, AttemptReportKind.Preempted);
                break;
            case "task_output" when HasFeature("output"):
                await AddOutputAsync(frame);
                break;
            case "status_update":
                await UpdateAsync(frame);
                break;
            case "heartbeat" when HasFeature("heartbeat"):
                await ForwardHeartbeatAsync(frame);
                return null;
            case "register":
                return await RegisterAsync(frame);
        }

        _frameSinceBeat = true;
        return null;
    }

    /// <summary>A node that says too much is read more slowly, which its own sending feels, and in the end sent away.</summary>
    private async Task<SocketClosing?> HoldBackAsync(string? type)
    {
        if (type is "task_started" or "task_complete" or "task_failed" or "task_preempted" or "task_output")
        {
            return null;
        }

        if (_pace.Take() is not { } pause)
        {
            return SocketClosing.Flooding;
        }

        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _time, _endedToken);
        }

        return null;
    }

    private async Task AddReportAsync(JsonElement frame, AttemptReportKind kind)
    {
        if (ReportFrames.Report(frame, kind, _attempts) is { } report)
        {
            if (kind is AttemptReportKind.Started)
            {
                _limits.Start(new AttemptId(report.TaskId, report.Attempt), report.StartedAgo);
            }

            await _reports.AddAsync(report, _endedToken);
        }
        else
        {
            await PostAsync(NodeFrames.Error("The frame must name its task: 'task_id' is a non-empty string."));
        }
    }

    private async Task SettleAsync(AttemptReport[] reports, ReportVerdict[] verdicts)
    {
        foreach (var attempt in reports.Where(report => report.Kind is not AttemptReportKind.Started).Select(report => new AttemptId(report.TaskId, report.Attempt)))
        {
            if (_limits.TrySettle(attempt))
            {
                _attempts.Settle(attempt);
            }
        }

        if (HasFeature("acks"))
        {
            await PostAsync(NodeFrames.ReportAck(reports, verdicts));
        }
    }

    private async Task UpdateAsync(JsonElement frame)
    {
        var before = _registration!;
        var (registration, error) = NodeInfo.Parse(frame.Member("node_info") ?? default, before.InstanceId);
        if (registration is null)
        {
            await PostAsync(NodeFrames.Error(error!));
            return;
        }

        // The facts change; what the client can understand was settled when it registered.
        registration = registration with { Features = before.Features, InstanceId = before.InstanceId };
        try
        {
            await _node.UpdateAsync(Epoch, registration);
            _registration = registration;
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            await PostAsync(NodeFrames.Error("The mesh did not take the update; send it again."));
        }
    }
}
