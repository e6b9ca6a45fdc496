using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class MassLossBrakeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly MassLossBrake brake = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));

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
    public void The_same_losses_over_a_longer_time_are_losses() =>
        Assert.All(Enumerable.Range(0, 10), i => Assert.False(brake.IsHeld($"node-{i}", 10, Noon.AddSeconds(i * 11))));

    [Fact]
    public void A_small_mesh_has_no_half_to_speak_of() =>
        Assert.All(Enumerable.Range(0, 4), i => Assert.False(brake.IsHeld($"node-{i}", 4, Noon)));
}
