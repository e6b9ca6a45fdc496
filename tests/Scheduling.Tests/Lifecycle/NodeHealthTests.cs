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

        Assert.True(health.Advance(Noon.AddMinutes(1)));
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
    public void After_a_quarantine_it_is_tried_until_something_goes_well()
    {
        var health = new NodeHealth();
        for (var i = 0; i < NodeHealth.FailuresInARow; i++)
        {
            health.Failed($"task-{i}", Noon);
        }

        Assert.False(health.Advance(Noon.AddSeconds(59)));
        Assert.False(health.IsOnTrial);
        Assert.True(health.Advance(Noon.AddMinutes(1)));
        Assert.True(health.IsOnTrial);
        Assert.True(health.Succeeded());
        Assert.Equal((false, 0, null), (health.IsOnTrial, health.Quarantines, health.QuarantinedUntil));
        Assert.False(health.Succeeded());
    }

    [Fact]
    public void A_loss_during_the_trial_ends_it()
    {
        var health = new NodeHealth();
        health.Restore(quarantinedUntil: null, quarantines: 2, Noon);

        Assert.True(health.Lost(Noon));
        Assert.Equal((false, Noon.AddMinutes(4)), (health.IsOnTrial, health.QuarantinedUntil));
    }

    [Fact]
    public void A_trial_that_nothing_ended_went_well()
    {
        var health = new NodeHealth();
        health.Restore(Noon, quarantines: 1, Noon);

        Assert.True(health.IsOnTrial);
        Assert.False(health.Advance(Noon + NodeHealth.TrialFor - TimeSpan.FromSeconds(1)));
        Assert.True(health.Advance(Noon + NodeHealth.TrialFor));
        Assert.Equal((false, 1), (health.IsOnTrial, health.Quarantines));
    }

    [Fact]
    public void A_quarantine_is_taken_up_where_it_was()
    {
        var health = new NodeHealth();
        health.Restore(Noon.AddMinutes(2), quarantines: 2, Noon);

        Assert.Equal((Noon.AddMinutes(2), false), (health.QuarantinedUntil, health.IsOnTrial));
        Assert.True(health.Advance(Noon.AddMinutes(2)));
        Assert.True(health.Failed("one", Noon.AddMinutes(3)));
        Assert.Equal(Noon.AddMinutes(3 + 4), health.QuarantinedUntil);
    }

    [Fact]
    public void A_pause_is_at_most_an_hour()
    {
        var health = new NodeHealth();
        for (var i = 0; i < 200; i++)
        {
            health.Failed($"task-{i}", Noon);
            health.Lift();
        }

        health.Failed("last", Noon);
        Assert.Equal(Noon.AddHours(1), health.QuarantinedUntil);
    }
}
