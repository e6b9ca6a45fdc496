using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Connection;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Agent;

/// <summary>
/// One node's life: connect, join, beat, report, and again for ever. Attempts run on through every loss of the connection,
/// and their reports wait.
/// </summary>
internal sealed partial class NodeLoop(
    NodeDescription node, IMeshConnector connector, Backoff backoff, TimeProvider time, ILogger<NodeLoop> logger) : IDisposable
{
    private const int FailedHeartbeatsMax = 3;
    private static readonly TimeSpan ReplacedPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly AttemptRunner runner = new(node.Executor, node.Gpus.Devices, node.Journal, node.EndsWithLease, time, logger);
    private readonly HostLoad load = new(time);
    private long epoch;
    private string announced = "";

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        runner.Recover();
        var keepingTime = KeepTimeAsync(stoppingToken);
        await ConnectForEverAsync(stoppingToken);
        await keepingTime.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What runs is not to outlive an agent that was told to stop; a mesh that heard so gives it to another node.
        await runner.StopAllAsync(StopTimeout);
    }

    public void Dispose() => runner.Dispose();

    private async Task ConnectForEverAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan? told = null;
            try
            {
                await using var session = await connector.ConnectAsync(node.NodeId, stoppingToken);
                await ServeAsync(session, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                told = (e as ComeAgainException)?.Wait;
                LogDisconnected(node.NodeId, e.Message);
            }

            var pause = runner.WasReplaced.IsCompleted ? ReplacedPause : told ?? backoff.Next();
            if (runner.WasReplaced.IsCompleted)
            {
                LogReplaced(node.NodeId, pause.TotalSeconds);
                runner.ForgetReplacement();
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(IMeshSession session, CancellationToken stoppingToken)
    {
        var interval = await JoinAsync(session, stoppingToken);
        backoff.Reset();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var beating = BeatAsync(session, interval, ending.Token);
        var reporting = ReportAsync(session, ending.Token);
        runner.SignalReports();
        runner.Outputs.Connect(session);
        await Task.WhenAny(beating, reporting, session.Closed, runner.WasReplaced);
        await ending.CancelAsync();
        if (!stoppingToken.IsCancellationRequested)
        {
            runner.Outputs.Disconnect();
        }

        await Task.WhenAll(beating, reporting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
        {
            await runner.StopAllAsync(StopTimeout);
            runner.Outputs.Disconnect();
            await SendLastReportsAsync(session).WaitAsync(LeaveTimeout, time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await session.LeaveAsync(epoch, "the agent is stopping").WaitAsync(LeaveTimeout, time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var failed = new[] { beating, reporting }.FirstOrDefault(task => task.IsFaulted);
        if (failed is not null)
        {
            await failed;
        }

        if (!runner.WasReplaced.IsCompleted)
        {
            throw new IOException("the connection to the mesh was closed");
        }
    }

    private async Task<TimeSpan> JoinAsync(IMeshSession session, CancellationToken cancellationToken)
    {
        _ = runner.TakeInventoryDiffers();
        var registration = await node.RegisterAsync(runner.Attempts.Snapshot(), session.Transport, cancellationToken);
        var askedAt = time.GetTimestamp();
        var reply = await session.JoinAsync(registration with { Leaving = runner.Attempts.Leaving() }, runner, cancellationToken);
        epoch = reply.Epoch;
        announced = AnnouncementOf(registration);
        runner.RenewLease(askedAt);
        runner.Stop(reply.Stop);
        LogJoined(node.NodeId, session.Transport, registration.Gpus.Length, string.Join(", ", registration.TaskTypes));
        return reply.HeartbeatInterval;
    }

    private async Task BeatAsync(IMeshSession session, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        var failures = 0;
        var mustJoin = false;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var telemetry = await node.Gpus.MeasureAsync(cancellationToken);
                var askedAt = time.GetTimestamp();
                var reply = await session.HeartbeatAsync(
                    new Heartbeat(epoch, load.Measure(), [.. telemetry], runner.Attempts.Snapshot()) { Closed = node.Executor.WhyClosed }, cancellationToken);
                if (reply.Known)
                {
                    runner.RenewLease(askedAt);
                }

                runner.Stop(reply.Stop);
                runner.Start(reply.Start);
                runner.Preempt(reply.Preempt);
                mustJoin |= !reply.Known || runner.TakeInventoryDiffers();
                if (mustJoin)
                {
                    await JoinAsync(session, cancellationToken);
                    mustJoin = false;
                    continue;
                }

                await AnnounceChangesAsync(session, cancellationToken);
                failures = 0;
            }
            catch (ComeAgainException e)
            {
                await Task.Delay(e.Wait, time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException && ++failures < FailedHeartbeatsMax)
            {
                LogHeartbeatFailed(node.NodeId, e.Message);
            }
        }
    }

    /// <summary>An inference server that came or went, or a model that was loaded, changes what this node can run.</summary>
    private async Task AnnounceChangesAsync(IMeshSession session, CancellationToken cancellationToken)
    {
        var registration = await node.RegisterAsync(runner.Attempts.Snapshot(), session.Transport, cancellationToken);
        if (AnnouncementOf(registration) is var announcement && announcement != announced)
        {
            await session.UpdateAsync(epoch, registration, cancellationToken);
            announced = announcement;
        }
    }

    private static string AnnouncementOf(NodeRegistration registration) =>
        string.Join(',', registration.TaskTypes.Order(StringComparer.Ordinal)) + registration.Facts;

    private async Task SendLastReportsAsync(IMeshSession session)
    {
        while (runner.TakeReports() is { Length: > 0 } reports)
        {
            await session.ReportAsync(epoch, ReportSize.Fit(reports, session.ResultBytesMax), CancellationToken.None);
            runner.Acknowledge(reports);
        }
    }

    private async Task ReportAsync(IMeshSession session, CancellationToken cancellationToken)
    {
        while (true)
        {
            await runner.WaitForReportsAsync(cancellationToken);
            while (runner.TakeReports() is { Length: > 0 } reports)
            {
                try
                {
                    await session.ReportAsync(epoch, ReportSize.Fit(reports, session.ResultBytesMax), cancellationToken);
                    runner.Acknowledge(reports);
                }
                catch (Exception e)
                {
                    // Nothing says that the mesh has them; they are sent again, over this connection or the next.
                    runner.Attempts.Return(reports);
                    if (session.Closed.IsCompleted || e is OperationCanceledException)
                    {
                        throw;
                    }

                    LogReportFailed(node.NodeId, reports.Length, e.Message);
                    await Task.Delay(backoff.Next(), time, cancellationToken);
                }
            }
        }
    }

    /// <summary>What goes by the clock, whether there is a connection or not.</summary>
    private async Task KeepTimeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TickInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            runner.ReportStarted();
            runner.EnforceLease();
        }
    }

    [LoggerMessage(LogLevel.Information, "Node {NodeId} joined the mesh over {Transport} with {Gpus} GPUs; it runs {TaskTypes}")]
    private partial void LogJoined(string nodeId, string transport, int gpus, string taskTypes);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} is not connected: {Reason}; running attempts go on")]
    private partial void LogDisconnected(string nodeId, string reason);

    [LoggerMessage(LogLevel.Error, "Another machine joined the mesh as {NodeId}; give one of them another NODE_NAME. Trying again in {Seconds:F0} s")]
    private partial void LogReplaced(string nodeId, double seconds);

    [LoggerMessage(LogLevel.Warning, "Heartbeat of node {NodeId} failed: {Reason}")]
    private partial void LogHeartbeatFailed(string nodeId, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} could not deliver {Count} reports and keeps them: {Reason}")]
    private partial void LogReportFailed(string nodeId, int count, string reason);
}
