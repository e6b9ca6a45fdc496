using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Failures_end_the_task_at_its_limit()
    {
        var state = RetryState.Fresh;
        var delays = new List<TimeSpan?>();
        for (var failure = 0; failure < 3; failure++)
        {
            var decision = RetryPolicy.AfterFailure(state, isFinal: false, random: 0.5);
            state = decision.State;
            delays.Add(decision.Delay);
        }

        Assert.Equal([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), null], delays);
        Assert.Equal(new RetryState(3, 0, 3), state);
    }

    [Fact]
    public void A_final_failure_ends_the_task_at_once() =>
        Assert.Null(RetryPolicy.AfterFailure(RetryState.Fresh, isFinal: true, random: 0).Delay);

    [Fact]
    public void Losses_are_counted_apart_and_cost_no_delay_at_first()
    {
        var state = new RetryState(2, 0, 3);
        var delays = new List<TimeSpan?>();
        for (var loss = 0; loss < RetryPolicy.MaxLosses; loss++)
        {
            var decision = RetryPolicy.AfterLoss(state, random: 0.5);
            state = decision.State;
            delays.Add(decision.Delay);
        }

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(0.5)], delays[..3]);
        Assert.All(delays[..^1], delay => Assert.NotNull(delay));
        Assert.Null(delays[^1]);
        Assert.Equal(2, state.Failures);
    }

    [Fact]
    public void A_delay_stays_below_its_last_bound()
    {
        var decision = RetryPolicy.AfterFailure(new RetryState(90, 0, 100), isFinal: false, random: 0.999);

        Assert.InRange(decision.Delay!.Value, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void The_random_number_is_from_zero_to_one(double random) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryPolicy.AfterFailure(RetryState.Fresh, isFinal: false, random));
}
