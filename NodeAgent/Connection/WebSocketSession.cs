using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Connection;

/// <summary>A node's session over the documented WebSocket frames (docs/protocol/websocket.md), with the features this agent announces.</summary>
internal sealed class WebSocketSession : IMeshSession
{
    private const int MaxFrameBytes = 16 << 20;

    // What a report's frame holds beside the result.
    private const int ReportMembersBytesMax = 4 << 10;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim sendLock = new(1);
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<AttemptId, TaskCompletionSource<ReportVerdict>> awaitingAck = new();
    private readonly ConcurrentDictionary<AttemptId, TaskCompletionSource<OutputReceipt>> awaitingOutput = new();
    private TaskCompletionSource<JoinReply>? awaitingRegistered;
    private TaskCompletionSource<HeartbeatReply>? awaitingHeartbeat;
    private INodeOrders? orders;
    private Task receiving = Task.CompletedTask;
    private long epoch;
    private TimeSpan? toldToWait;

    private readonly Action<IReadOnlyList<Uri>> moved;

    private WebSocketSession(ClientWebSocket socket, Action<IReadOnlyList<Uri>> moved) => (this.socket, this.moved) = (socket, moved);

    public string Transport => "websocket";

    public int ResultBytesMax => CallSize.FrameBytesMax - ReportMembersBytesMax;

    public Task Closed => closed.Task;

    /// <param name="moved">Told the mesh's other gateways when this one stops.</param>
    public static async Task<IMeshSession> ConnectAsync(
        Uri address, string? joinToken, Action<IReadOnlyList<Uri>> moved, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
            socket.Options.CollectHttpResponseDetails = true;
            if (joinToken is not null)
            {
                socket.Options.SetRequestHeader("Authorization", "Bearer " + joinToken);
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswerTimeout);
            await socket.ConnectAsync(address, limit.Token);
        }
        catch (WebSocketException e)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new IOException(BootstrapFailure.OfWebSocket(address, status, e.Message, hasToken: joinToken is not null), e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var session = new WebSocketSession(socket, moved);
        session.receiving = session.ReceiveAsync();
        return session;
    }

    public async Task<JoinReply> JoinAsync(NodeRegistration registration, INodeOrders newOrders, CancellationToken cancellationToken)
    {
        orders = newOrders;
        var answer = new TaskCompletionSource<JoinReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaitingRegistered = answer;
        await SendAsync(AgentFrames.Register(registration), cancellationToken);
        return await AnswerAsync(answer.Task, cancellationToken);
    }

    public Task UpdateAsync(long ofEpoch, NodeRegistration registration, CancellationToken cancellationToken) =>
        SendAsync(AgentFrames.StatusUpdate(registration), cancellationToken);

    public async Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HeartbeatReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaitingHeartbeat = answer;
        await SendAsync(AgentFrames.Heartbeat(heartbeat), cancellationToken);
        return await AnswerAsync(answer.Task, cancellationToken);
    }

    public async Task<ReportVerdict[]> ReportAsync(long ofEpoch, AttemptReport[] reports, CancellationToken cancellationToken)
    {
        var answers = new List<Task<ReportVerdict>>(reports.Length);
        try
        {
            foreach (var report in reports)
            {
                var answer = new TaskCompletionSource<ReportVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
                awaitingAck[new AttemptId(report.TaskId, report.Attempt)] = answer;
                answers.Add(answer.Task);
                await SendAsync(AgentFrames.Report(report), cancellationToken);
            }

            return await AnswerAsync(Task.WhenAll(answers), cancellationToken);
        }
        finally
        {
            foreach (var report in reports)
            {
                awaitingAck.TryRemove(new AttemptId(report.TaskId, report.Attempt), out _);
            }
        }
    }

    public async Task<OutputReceipt> AppendOutputAsync(string taskId, OutputBatch batch, CancellationToken cancellationToken)
    {
        var attempt = new AttemptId(taskId, batch.Attempt);
        var answer = new TaskCompletionSource<OutputReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaitingOutput[attempt] = answer;
        try
        {
            await SendAsync(OutputFrames.Output(taskId, batch), cancellationToken);
            return await AnswerAsync(answer.Task, cancellationToken);
        }
        finally
        {
            awaitingOutput.TryRemove(new KeyValuePair<AttemptId, TaskCompletionSource<OutputReceipt>>(attempt, answer));
        }
    }

    public async Task LeaveAsync(long ofEpoch, string reason) =>
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, reason, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        sendLock.Dispose();
        closing.Dispose();
    }

    private async Task<T> AnswerAsync<T>(Task<T> answer, CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny(answer, closed.Task).WaitAsync(AnswerTimeout, cancellationToken);
        if (first == answer)
        {
            return await answer;
        }

        throw (int?)socket.CloseStatus == AgentFrames.TryLaterCloseCode && toldToWait is { } wait
            ? new ComeAgainException(CloseReason(), wait)
            : new IOException(CloseReason());
    }

    private string CloseReason() =>
        socket.CloseStatus is { } status ? $"the mesh closed the socket: {(int)status} {socket.CloseStatusDescription}" : "the socket was lost";

    private async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await sendLock.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            sendLock.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(16 << 10);
        try
        {
            while (true)
            {
                buffer.ResetWrittenCount();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(buffer.GetMemory(4 << 10), closing.Token);
                    buffer.Advance(received.Count);
                }
                while (!received.EndOfMessage && buffer.WrittenCount < MaxFrameBytes);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    // 4409: a newer registration of the same name took over.
                    if ((int?)socket.CloseStatus == AgentFrames.ReplacedCloseCode)
                    {
                        orders?.Replaced();
                    }

                    return;
                }

                Handle(buffer.WrittenMemory);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Whoever waits for an answer sees the end of Closed.
        }
        finally
        {
            closed.TrySetResult();
        }
    }

    private void Handle(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            var root = document.RootElement;
            switch (root.GetProperty("type").GetString())
            {
                case "registered":
                    awaitingRegistered?.TrySetResult(AgentFrames.ParseRegistered(root, ++epoch));
                    break;
                case "task_assignment":
                    orders?.Start([AgentFrames.ParseTask(root.GetProperty("task"))]);
                    break;
                case "task_stop":
                    orders?.Stop(AgentFrames.ParseAttempts(root, "attempts"));
                    break;
                case "task_preempt":
                    orders?.Preempt(AgentFrames.ParseLeaving(root, "attempts"));
                    break;
                case "heartbeat_ack":
                    awaitingHeartbeat?.TrySetResult(AgentFrames.ParseHeartbeatAck(root));
                    break;
                case "error":
                    toldToWait = AgentFrames.ParseRetryAfter(root);
                    break;
                case "moved":
                    moved(AgentFrames.ParseGateways(root));
                    break;
                case "output_ack":
                    var (written, receipt) = OutputFrames.ParseAck(root);
                    if (awaitingOutput.TryRemove(written, out var waiting))
                    {
                        waiting.TrySetResult(receipt);
                    }

                    break;
                case "report_ack":
                    foreach (var (attempt, verdict) in AgentFrames.ParseReportAck(root))
                    {
                        if (awaitingAck.TryRemove(attempt, out var answer))
                        {
                            answer.TrySetResult(verdict);
                        }
                    }

                    break;
                default:
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // One broken frame is no reason to lose the connection: what it ordered comes again with a heartbeat's answer.
        }
    }
}
