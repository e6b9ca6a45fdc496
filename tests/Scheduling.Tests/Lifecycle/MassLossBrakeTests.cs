using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class MassLossBrakeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly MassLossBrake brake = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

    [Fact]
    public void More_than_half_at_once_is_held_and_let_go_after_a_while()
    {
        var held = Enumerable.Range(0, 10).Where(i => brake.IsHeld($"node-{i}", 10, Noon)).ToList();

        Assert.Equal([5, 6, 7, 8, 9], held);
        Assert.Empty(brake.TakeDue(Noon.AddMinutes(4)));
        Assert.Equal(["node-5", "node-6", "node-7", "node-8", "node-9"], brake.TakeDue(Noon.AddMinutes(5)).Order());
        Assert.Empty(brake.TakeDue(Noon.AddMinutes(6)));
    }

    [Fact]
    public void A_held_node_stays_held_however_often_its_loss_is_told_until_it_returns()
    {
        Assert.Equal(4, Enumerable.Range(0, 8).Count(i => brake.IsHeld($"node-{i}", 8, Noon)));

        Assert.True(brake.IsHeld("node-7", 8, Noon.AddMinutes(1)));
        brake.Returned("node-7");
        Assert.False(brake.IsHeld("node-7", 8, Noon.AddMinutes(2)));
        Assert.Equal(["node-4", "node-5", "node-6"], brake.TakeDue(Noon.AddMinutes(5)).Order());
    }

    [Fact]
    public void The_same_losses_over_a_longer_time_are_losses() =>
        Assert.All(Enumerable.Range(0, 10), i => Assert.False(brake.IsHeld($"node-{i}", 10, Noon.AddSeconds(i * 11))));

    [Fact]
    public void A_small_mesh_has_no_half_to_speak_of() =>
        Assert.All(Enumerable.Range(0, 4), i => Assert.False(brake.IsHeld($"node-{i}", 4, Noon)));

    [Fact]
    public void The_first_of_nodes_that_fell_silent_together_is_held_like_the_last()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.True(brake.IsHeld("first", 10, now, stillSilent: 9));
        Assert.False(new MassLossBrake(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)).IsHeld("first", 10, now, stillSilent: 4));
    }

    [Fact]
    public void Those_that_are_not_back_yet_when_most_came_back_are_held_for_a_minute()
    {
        for (var i = 0; i < 70; i++)
        {
            brake.Reconnected($"node-{i}", Noon);
        }

        Assert.All(Enumerable.Range(70, 30), i => Assert.True(brake.IsHeld($"node-{i}", 100, Noon.AddSeconds(20))));
        Assert.Equal(30, brake.HeldCount);
        brake.Returned("node-99");
        Assert.Empty(brake.TakeDue(Noon.AddSeconds(79)));
        Assert.Equal(29, brake.TakeDue(Noon.AddSeconds(80)).Count);
        Assert.Equal(0, brake.HeldCount);
    }

    [Fact]
    public void A_node_that_reconnected_and_is_lost_then_counts_once()
    {
        for (var i = 0; i < 5; i++)
        {
            brake.Reconnected($"node-{i}", Noon);
            Assert.False(brake.IsHeld($"node-{i}", 10, Noon.AddSeconds(1)));
        }
    }

    [Fact]
    public void Reconnections_of_long_ago_hold_nothing()
    {
        for (var i = 0; i < 70; i++)
        {
            brake.Reconnected($"node-{i}", Noon);
        }

        Assert.False(brake.IsHeld("node-99", 100, Noon.AddSeconds(31)));
    }
}
