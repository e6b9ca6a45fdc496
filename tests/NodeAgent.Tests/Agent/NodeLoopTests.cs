using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.NodeAgent.Tests.Agent;

public sealed class NodeLoopTests : IAsyncLifetime
{
    private readonly FakeMesh mesh = new();
    private readonly HeldExecutor executor = new();
    private readonly CancellationTokenSource stopping = new();
    private NodeLoop? loop;
    private Task running = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        var node = new NodeDescription("n", new SimulatedGpuInventory([("RTX 4090", 24)]), executor, maxParallel: 3, simulated: true);
        loop = new NodeLoop(node, mesh, new Backoff(new Random(1)), TimeProvider.System, NullLogger<NodeLoop>.Instance);
        running = loop.RunAsync(stopping.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        loop!.Dispose();
        stopping.Dispose();
    }

    [Fact]
    public async Task The_node_announces_what_it_has_and_that_it_is_simulated()
    {
        var session = await mesh.NextSessionAsync();

        var registration = session.Registration!;
        Assert.Equal(("RTX 4090", 24L << 30, 3), (registration.Gpus[0].Type, registration.Gpus[0].MemoryBytes, registration.MaxParallel));
        Assert.Contains("\"simulated\":true", registration.Facts, StringComparison.Ordinal);
        Assert.Equal(["test"], registration.TaskTypes);
    }

    [Fact]
    public async Task An_attempt_runs_once_however_often_it_is_ordered_and_its_result_is_reported()
    {
        var session = await mesh.NextSessionAsync();
        var order = AttemptTableTests.Order("t", 1);

        session.Orders!.Start([order, order]);
        session.Orders.Start([order]);
        await executor.NextStartAsync();
        executor.End("t", ExecutionOutcome.Completed("42"));
        var report = await NextEndAsync(session);

        Assert.Equal(("t", 1, "42"), (report.TaskId, report.Attempt, report.Result));
        Assert.False(executor.HasStarted);
    }

    [Fact]
    public async Task A_node_that_is_told_when_to_come_again_comes_then_and_not_before()
    {
        var (clock, crowded, wait) = (new FakeTimeProvider(), new FakeMesh { ComeAgainIn = TimeSpan.FromSeconds(7) }, TimeSpan.FromSeconds(7));
        var node = new NodeDescription("m", new SimulatedGpuInventory([("RTX 4090", 24)]), executor, maxParallel: 1, simulated: true);
        using var other = new NodeLoop(node, crowded, new Backoff(new Random(1)), clock, NullLogger<NodeLoop>.Instance);
        using var enough = new CancellationTokenSource();
        var started = clock.GetUtcNow();
        var looping = other.RunAsync(enough.Token);

        var joined = crowded.NextSessionAsync();
        while (!joined.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Null(crowded.ComeAgainIn);
        Assert.True(clock.GetUtcNow() - started >= wait, $"it came after {(clock.GetUtcNow() - started).TotalSeconds:F1} s");
        await joined;
        await enough.CancelAsync();
        await looping;
    }

    [Fact]
    public async Task A_report_that_is_not_answered_is_sent_again()
    {
        var session = await mesh.NextSessionAsync();
        mesh.FailingReports = 2;

        session.Orders!.Start([AttemptTableTests.Order("t", 1)]);
        await executor.NextStartAsync();
        executor.End("t", ExecutionOutcome.Failed("broken"));
        var report = await NextEndAsync(session);

        Assert.Equal((AttemptReportKind.Failed, "broken"), (report.Kind, report.Error));
        Assert.Equal(0, mesh.FailingReports);
    }

    [Fact]
    public async Task A_result_that_the_connection_cannot_carry_is_a_failure_and_the_next_one_is_reported()
    {
        var session = await mesh.NextSessionAsync();
        mesh.ResultBytesMax = 10;

        session.Orders!.Start([AttemptTableTests.Order("large", 1), AttemptTableTests.Order("small", 1)]);
        await executor.NextStartAsync();
        await executor.NextStartAsync();
        executor.End("large", ExecutionOutcome.Completed("\"ääää€\""));
        var large = await NextEndAsync(session);
        executor.End("small", ExecutionOutcome.Completed("\"ääää\""));
        var small = await NextEndAsync(session);

        Assert.Equal(("large", AttemptReportKind.Failed, false, null), (large.TaskId, large.Kind, large.IsFinal, large.Result));
        Assert.Contains("its result has 13 bytes, and this node's connection carries 10", large.Error, StringComparison.Ordinal);
        Assert.Equal(("small", AttemptReportKind.Completed, "\"ääää\""), (small.TaskId, small.Kind, small.Result));
    }

    [Fact]
    public async Task An_attempt_outlives_the_connection_and_is_named_at_the_next_join()
    {
        var first = await mesh.NextSessionAsync();
        first.Orders!.Start([AttemptTableTests.Order("t", 1)]);
        await executor.NextStartAsync();

        first.Close();
        var second = await mesh.NextSessionAsync();
        executor.End("t", ExecutionOutcome.Completed("1"));
        var report = await NextEndAsync(second);

        Assert.Equal([new AttemptId("t", 1)], second.Registration!.Running);
        Assert.Equal(first.Registration!.InstanceId, second.Registration.InstanceId);
        Assert.Equal("t", report.TaskId);
    }

    [Fact]
    public async Task A_mesh_that_forgot_the_node_is_joined_again_over_the_same_connection()
    {
        var session = await mesh.NextSessionAsync();

        session.KnowsNode = false;
        var again = await mesh.NextSessionAsync();

        Assert.Same(session, again);
    }

    [Fact]
    public async Task A_stopped_attempt_is_cancelled()
    {
        var session = await mesh.NextSessionAsync();
        session.Orders!.Start([AttemptTableTests.Order("t", 1)]);
        await executor.NextStartAsync();

        session.Orders.Stop([new AttemptId("t", 1)]);

        await executor.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stopping_agent_says_goodbye()
    {
        var session = await mesh.NextSessionAsync();

        await stopping.CancelAsync();
        await running;

        Assert.True(session.HasLeft);
    }

    private static async Task<AttemptReport> NextEndAsync(FakeSession session)
    {
        while (true)
        {
            var report = await session.NextReportAsync();
            if (report.Kind != AttemptReportKind.Started)
            {
                return report;
            }
        }
    }
}
