using Aurora.Scheduling.Lifecycle;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class NodeLifecycleTests
{
    private static readonly NodeLeaseSettings Settings =
        new() { SilentAfter = TimeSpan.FromSeconds(40), LeaseDuration = TimeSpan.FromSeconds(60) };

    [Fact]
    public void An_event_without_an_arrow_changes_nothing()
    {
        var unchanged =
            from phase in Enum.GetValues<NodePhase>()
            from nodeEvent in Enum.GetValues<NodeEvent>()
            where NodeLifecycle.Apply(phase, nodeEvent) == phase
            select (phase, nodeEvent);

        Assert.Equal(
            [
                (NodePhase.Joined, NodeEvent.Registered),
                (NodePhase.Active, NodeEvent.Seen),
                (NodePhase.Silent, NodeEvent.WentSilent),
                (NodePhase.Lost, NodeEvent.Seen),
                (NodePhase.Lost, NodeEvent.WentSilent),
                (NodePhase.Lost, NodeEvent.LeaseExpired),
                (NodePhase.Lost, NodeEvent.Disconnected),
            ],
            unchanged);
    }

    [Theory]
    [InlineData(NodePhase.Active, 39.9, NodePhase.Active)]
    [InlineData(NodePhase.Active, 40, NodePhase.Silent)]
    [InlineData(NodePhase.Active, 59.9, NodePhase.Silent)]
    [InlineData(NodePhase.Active, 60, NodePhase.Lost)]
    [InlineData(NodePhase.Joined, 40, NodePhase.Silent)]
    [InlineData(NodePhase.Silent, 0, NodePhase.Silent)] // only a sign of life brings it back
    [InlineData(NodePhase.Lost, 0, NodePhase.Lost)]
    [InlineData(NodePhase.Active, -5, NodePhase.Active)] // a clock that went back takes nothing away
    public void Quiet_time_alone_takes_a_node_down(NodePhase phase, double quietSeconds, NodePhase expected) =>
        Assert.Equal(expected, NodeLifecycle.At(phase, Start, Start.AddSeconds(quietSeconds), Settings));

    [Fact]
    public void The_next_change_is_the_moment_at_which_the_phase_changes() =>
        Assert.All(
            [NodePhase.Joined, NodePhase.Active, NodePhase.Silent],
            phase =>
            {
                var next = NodeLifecycle.NextChange(phase, Start, Settings)!.Value;
                Assert.Equal(phase, NodeLifecycle.At(phase, Start, next.AddTicks(-1), Settings));
                Assert.NotEqual(phase, NodeLifecycle.At(phase, Start, next, Settings));
            });

    [Fact]
    public void Defaults_outlast_the_thirty_seconds_between_two_pings()
    {
        var defaults = new NodeLeaseSettings();
        defaults.Validate();

        Assert.Equal((45, 75), (defaults.SilentAfter.TotalSeconds, defaults.LeaseDuration.TotalSeconds));
        Assert.Throws<ArgumentException>(() => (defaults with { SilentAfter = defaults.LeaseDuration }).Validate());
        Assert.Throws<ArgumentException>(() => (defaults with { SilentAfter = TimeSpan.Zero }).Validate());
    }
}
