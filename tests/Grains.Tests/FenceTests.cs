using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
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

        // Small steps: over a large one a node's grain takes itself for the one that stood still. On a slow machine they stop before the other task's time.
        var moved = other.NextAssignmentAsync();
        while (!moved.IsCompleted)
        {
            mesh.Clock.Advance(mesh.Clock.GetUtcNow() - heard < EndedAfter / 2 ? Moment : TimeSpan.Zero);
            await Task.WhenAny(moved, Task.Delay(Moment));
        }

        Assert.Equal((going, 2), ((await moved).TaskId, (await moved).Attempt));
        await other.CompleteAsync((await moved).Id);
        mesh.Clock.Advance(heard + EndedAfter - Moment - mesh.Clock.GetUtcNow());
        await mesh.PlaceMoreAsync(other);

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
        await mesh.FallSilentAsync(silent);

        await using var back = await mesh.JoinAsync("silent", Given.Node(running: [order.Id]));
        mesh.Clock.Advance(EndedAfter);

        Assert.Empty(back.Reply!.Stop);
        await back.CompleteAsync(order.Id);
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(ending)).Status, (await mesh.GetAsync(ending)).Attempt));
    }

    [Fact]
    public async Task A_gang_is_given_away_only_when_its_silent_member_has_surely_ended()
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var one = await mesh.JoinAsync("one", GangNode(maxParallel: 1));
        await using var two = await mesh.JoinAsync("two", GangNode(maxParallel: 1));
        var (gang, _) = await mesh.SubmitAsync(EndingGang);
        var (first, second) = (await one.NextAssignmentAsync(), await two.NextAssignmentAsync());
        var (lead, silent) = first.Gang!.Rank == 0 ? (one, two) : (two, one);
        await using var other = await mesh.JoinAsync("other", GangNode());
        var heard = await mesh.FallSilentAsync(silent);

        mesh.Clock.Advance(heard + EndedAfter - Moment - mesh.Clock.GetUtcNow());
        await mesh.PlaceMoreAsync(other);
        Assert.Equal(("assigned", 1), ((await mesh.GetAsync(gang)).Status, (await mesh.GetAsync(gang)).Attempt));

        mesh.Clock.Advance(2 * Moment);
        Assert.Equal(first.Id, await lead.NextStopAsync());
        foreach (var node in new[] { lead, other })
        {
            var again = await node.NextAssignmentAsync();
            Assert.Equal((gang, 2), (again.TaskId, again.Attempt));
            Assert.Equal(ReportVerdict.Accepted, await node.CompleteAsync(again.Id));
        }

        Assert.Equal("completed", (await mesh.GetAsync(gang)).Status);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Of_two_silent_members_of_a_gang_the_one_that_was_heard_last_is_waited_for()
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var one = await mesh.JoinAsync("one", GangNode(maxParallel: 1));
        await using var two = await mesh.JoinAsync("two", GangNode(maxParallel: 1));
        var (gang, _) = await mesh.SubmitAsync(EndingGang);
        await one.NextAssignmentAsync();
        await two.NextAssignmentAsync();
        await using var other = await mesh.JoinAsync("other", GangNode());
        var heardOfOne = await mesh.FallSilentAsync(one);
        mesh.Clock.Advance(EndedAfter / 2);
        var heardOfTwo = await mesh.FallSilentAsync(two);

        mesh.Clock.Advance(heardOfOne + EndedAfter + Moment - mesh.Clock.GetUtcNow());
        await mesh.PlaceMoreAsync(other);
        Assert.Equal(("assigned", 1), ((await mesh.GetAsync(gang)).Status, (await mesh.GetAsync(gang)).Attempt));

        await using var another = await mesh.JoinAsync("another", GangNode());
        mesh.Clock.Advance(heardOfTwo + EndedAfter + Moment - mesh.Clock.GetUtcNow());
        foreach (var node in new[] { other, another })
        {
            var again = await node.NextAssignmentAsync();
            Assert.Equal((gang, 2), (again.TaskId, again.Attempt));
        }
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

    private static TaskSpec EndingGang => Given.GpuTask(20) with { Requirements = """{"memory_gb":20,"nodes":2,"on_disconnect":"kill"}""" };

    private static NodeRegistration GangNode(int maxParallel = 4) =>
        Given.Node(maxParallel) with { Features = [NodeRegistration.GangFeature, NodeRegistration.PreemptFeature] };

    private sealed class ClockedMesh : MeshCluster
    {
        public SteppedTime Clock { get; } = new();

        protected override TimeProvider Time => Clock;

        /// <summary>Returns when the mesh has given the node up, with the moment after which nothing was heard of it.</summary>
        public async Task<DateTimeOffset> FallSilentAsync(RecordingNode node)
        {
            node.FallSilent();
            var heard = Clock.GetUtcNow();
            await EventuallyAsync(
                async () =>
                {
                    // Small steps: over a large one a node's grain takes itself for the one that stood still.
                    Clock.Advance(Moment);
                    await Task.Delay(Moment);
                    return (await Scheduler.GetMeshAsync()).Nodes.Single(view => view.NodeId == node.Grain.GetPrimaryKeyString()).Status;
                },
                status => status == "disconnected",
                "the silent node to be lost");
            return heard;
        }

        /// <summary>So many tasks go to a node one after the other that the scheduler has looked at everything else meanwhile.</summary>
        public async Task PlaceMoreAsync(RecordingNode node)
        {
            for (var task = 0; task < 20; task++)
            {
                var (plain, _) = await SubmitAsync();
                var order = await node.NextAssignmentAsync();
                Assert.Equal(plain, order.TaskId);
                await node.CompleteAsync(order.Id);
            }
        }
    }

    /// <summary>Time that stands still until it is moved; timers go on.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly DateTimeOffset start = TimeProvider.System.GetUtcNow();
        private long ticks;

        public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref ticks);

        public override DateTimeOffset GetUtcNow() => start.AddTicks(Interlocked.Read(ref ticks));
    }
}
