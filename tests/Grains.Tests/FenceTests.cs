using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Schedulers;

namespace Aurora.Grains.Tests;

/// <summary>What ends with the connection of its node, on a clock that the test moves.</summary>
public sealed class FenceTests
{
    private static readonly TimeSpan EndedAfter = DisconnectLease.EndedAfter(DisconnectLease.StopGrace);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task What_ends_with_the_connection_is_given_away_only_when_its_node_has_surely_ended_it()
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var silent = await mesh.JoinAsync("silent");
        var (ending, _) = await mesh.SubmitAsync(Given.TestTask() with { Payload = """{"payload":{"on_disconnect":"kill"}}""" });
        await silent.NextAssignmentAsync();
        var (going, _) = await mesh.SubmitAsync();
        await silent.NextAssignmentAsync();
        await using var other = await mesh.JoinAsync("other");
        silent.FallSilent();
        var heard = mesh.Clock.GetUtcNow();

        // Small steps: over a large one a node's grain takes itself for the one that stood still.
        var moved = other.NextAssignmentAsync();
        while (!moved.IsCompleted)
        {
            mesh.Clock.Advance(Moment);
            await Task.WhenAny(moved, Task.Delay(Moment));
        }

        Assert.Equal((going, 2), ((await moved).TaskId, (await moved).Attempt));
        await other.CompleteAsync((await moved).Id);
        mesh.Clock.Advance(heard + EndedAfter - Moment - mesh.Clock.GetUtcNow());
        for (var task = 0; task < 20; task++)
        {
            var (plain, _) = await mesh.SubmitAsync();
            var order = await other.NextAssignmentAsync();
            Assert.Equal(plain, order.TaskId);
            await other.CompleteAsync(order.Id);
        }

        Assert.Equal(("assigned", 1), ((await mesh.GetAsync(ending)).Status, (await mesh.GetAsync(ending)).Attempt));
        mesh.Clock.Advance(2 * Moment);
        var given = await other.NextAssignmentAsync();
        Assert.Equal((ending, 2), (given.TaskId, given.Attempt));
    }

    [Fact]
    public async Task A_node_that_comes_back_before_keeps_it()
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var silent = await mesh.JoinAsync("silent");
        var (ending, _) = await mesh.SubmitAsync(Given.TestTask() with { Requirements = """{"on_disconnect":"kill"}""" });
        var order = await silent.NextAssignmentAsync();
        silent.FallSilent();
        await MeshCluster.EventuallyAsync(
            async () =>
            {
                mesh.Clock.Advance(Moment);
                await Task.Delay(Moment);
                return (await mesh.Scheduler.GetMeshAsync()).Nodes.Single().Status;
            },
            status => status == "disconnected",
            "the silent node to be lost");

        await using var back = await mesh.JoinAsync("silent", Given.Node(running: [order.Id]));
        mesh.Clock.Advance(EndedAfter);

        Assert.Empty(back.Reply!.Stop);
        await back.CompleteAsync(order.Id);
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(ending)).Status, (await mesh.GetAsync(ending)).Attempt));
    }

    [Theory]
    [InlineData("{}", "{}", "{}", false)]
    [InlineData("""{"on_disconnect":"kill"}""", "{}", "{}", true)]
    [InlineData("""{"payload":{"on_disconnect":"kill"}}""", "{}", "{}", true)]
    [InlineData("{}", """{"on_disconnect":"kill"}""", "{}", true)]
    [InlineData("{}", "{}", """{"on_disconnect":"kill"}""", true)]
    [InlineData("""{"on_disconnect":"continue"}""", """{"on_disconnect":"kill"}""", """{"on_disconnect":"kill"}""", false)]
    [InlineData("""{"payload":"on_disconnect"}""", "broken on_disconnect", """["on_disconnect"]""", false)]
    public void The_task_decides_before_its_node(string payload, string requirements, string facts, bool ends) =>
        Assert.Equal(ends, DisconnectRule.EndsWithLease(payload, requirements, facts));

    [Fact]
    public void A_script_that_is_given_long_to_end_is_waited_for()
    {
        Assert.Equal(TimeSpan.FromSeconds(35), DisconnectRule.EndedAfter("""{"stop_grace_s":1}"""));
        Assert.Equal(TimeSpan.FromSeconds(35), DisconnectRule.EndedAfter("no JSON"));
        Assert.Equal(TimeSpan.FromSeconds(90), DisconnectRule.EndedAfter("""{"stop_grace_s":60}"""));
    }

    private sealed class ClockedMesh : MeshCluster
    {
        public SteppedTime Clock { get; } = new();

        protected override TimeProvider Time => Clock;
    }

    /// <summary>A clock that stands still until it is moved; what measures durations, and timers, go on.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly DateTimeOffset start = TimeProvider.System.GetUtcNow();
        private long ticks;

        public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => start.AddTicks(Interlocked.Read(ref ticks));
    }
}
