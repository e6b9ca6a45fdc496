using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class NodeHealthTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_node_that_fails_task_after_task_is_left_alone_for_longer_each_time()
    {
        var health = new NodeHealth();

        var quarantined = Enumerable.Range(0, NodeHealth.FailuresInARow).Select(i => health.Failed($"task-{i}", Noon)).ToList();
        Assert.Equal([false, false, false, false, true], quarantined);
        Assert.Equal(Noon.AddMinutes(1), health.QuarantinedUntil);

        health.Release();
        Assert.True(health.Failed("one-more", Noon));
        Assert.Equal(Noon.AddMinutes(2), health.QuarantinedUntil);
    }

    [Fact]
    public void A_success_in_between_clears_it()
    {
        var health = new NodeHealth();
        for (var i = 0; i < 20; i++)
        {
            Assert.False(health.Failed($"task-{i}", Noon));
            health.Succeeded();
        }
    }

    [Fact]
    public void One_task_that_fails_again_and_again_says_nothing_about_the_node()
    {
        var health = new NodeHealth();

        Assert.All(Enumerable.Range(0, 20), _ => Assert.False(health.Failed("the-same", Noon)));
    }

    [Fact]
    public void A_node_that_comes_and_goes_is_left_alone()
    {
        var health = new NodeHealth();

        Assert.Equal([false, false, false, false, true], Enumerable.Range(0, 5).Select(i => health.Lost(Noon.AddSeconds(i))));
    }

    [Fact]
    public void Losses_far_apart_are_bad_luck()
    {
        var health = new NodeHealth();

        Assert.All(Enumerable.Range(0, 20), i => Assert.False(health.Lost(Noon + (NodeHealth.LossWindow * i))));
    }

    [Fact]
    public void A_pause_is_at_most_an_hour()
    {
        var health = new NodeHealth();
        for (var i = 0; i < 200; i++)
        {
            health.Failed($"task-{i}", Noon);
            health.Release();
        }

        health.Failed("last", Noon);
        Assert.Equal(Noon.AddHours(1), health.QuarantinedUntil);
    }
}
