using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Nodes on which other pools place as well.</summary>
public sealed class ForeignAttemptTests
{
    private const long Gb = 1L << 30;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private readonly MeshPlanner planner = new(new PlannerSettings());

    public ForeignAttemptTests() => planner.UpsertNode(
        new NodeFacts("node", 1, [new GpuFacts(0, "A40", 48 * Gb)], MaxParallel: 2, new HashSet<string> { "training" }) { Host = new HostShare(8_000, 64 * Gb) },
        available: true);

    [Fact]
    public void What_another_pool_holds_is_not_given_away_and_is_free_when_it_ends()
    {
        planner.ObserveForeign("node", [Foreign("theirs", 40)]);

        Assert.Null(planner.Submit(Task("ours", 16), Now));
        Assert.Empty(planner.Drain(Now, 10));
        planner.ObserveForeign("node", []);
        Assert.Equal("ours", Assert.Single(planner.Drain(Now, 10)).Task.TaskId);
        planner.CheckInvariants();
    }

    [Fact]
    public void Slots_and_host_memory_count_too()
    {
        planner.ObserveForeign("node", [Foreign("one", 1), Foreign("two", 1)]);
        Assert.Null(planner.Submit(Task("ours", 1), Now));

        planner.ObserveForeign("node", [Foreign("one", 1, hostGb: 60)]);
        Assert.Single(planner.Drain(Now, 10));
        Assert.Null(planner.Submit(Task("large", 1) with { Shape = Shape(1) with { Host = new HostShare(0, 8 * Gb) } }, Now));
        planner.CheckInvariants();
    }

    [Fact]
    public void A_newer_attempt_of_the_same_task_takes_the_place_of_the_older()
    {
        planner.ObserveForeign("node", [Foreign("theirs", 40)]);
        planner.ObserveForeign("node", [Foreign("theirs", 8) with { Attempt = 2 }]);

        Assert.NotNull(planner.Submit(Task("ours", 40), Now));
        planner.CheckInvariants();
    }

    [Fact]
    public void What_is_held_stays_counted_when_the_node_changes_its_facts()
    {
        planner.ObserveForeign("node", [Foreign("theirs", 40)]);
        planner.UpsertNode(
            new NodeFacts("node", 2, [new GpuFacts(0, "A40", 48 * Gb)], MaxParallel: 4, new HashSet<string> { "training" }), available: true);

        Assert.Null(planner.Submit(Task("ours", 16), Now));
        planner.CheckInvariants();
    }

    [Fact]
    public void A_pool_awaits_a_node_only_for_work_that_fits_there()
    {
        planner.ObserveForeign("node", [Foreign("theirs", 48)]);
        Assert.False(planner.AwaitsNode("node"));

        planner.Submit(Task("too-large", 96), Now);
        Assert.False(planner.AwaitsNode("node"));

        planner.Submit(Task("fits", 48), Now);
        Assert.True(planner.AwaitsNode("node"));
        Assert.False(planner.AwaitsNode("unknown"));
    }

    private static TaskShape Shape(long gb) => new("training", 1, gb * Gb, null);

    private static PendingTask Task(string id, long gb) => new(id, Shape(gb), 5, Now, 0);

    private static ForeignAttempt Foreign(string id, long gb, long hostGb = 0) =>
        new(id, 1, [0], Shape(gb) with { Host = new HostShare(0, hostGb * Gb) });
}
