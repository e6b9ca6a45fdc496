using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class RetryPolicyTests
{
    private const long Gb = 1L << 30;

    private static readonly AttemptFailure Error = new(FailureKinds.Error);

    [Fact]
    public void Failures_end_the_task_at_its_limit()
    {
        var state = RetryState.Fresh;
        var delays = new List<TimeSpan?>();
        for (var failure = 0; failure < 3; failure++)
        {
            var decision = RetryPolicy.AfterFailure(state, Error, RetryRules.Default, random: 0.5);
            state = decision.State;
            delays.Add(decision.Delay);
        }

        Assert.Equal([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), null], delays);
        Assert.Equal(new RetryState(3, 0, 3), state);
    }

    [Fact]
    public void A_final_failure_ends_the_task_at_once() =>
        Assert.Null(RetryPolicy.AfterFailure(RetryState.Fresh, Error with { IsFinal = true }, RetryRules.Default, random: 0).Delay);

    [Fact]
    public void Losses_are_counted_apart_and_cost_no_delay_at_first()
    {
        var state = new RetryState(2, 0, 3);
        var delays = new List<TimeSpan?>();
        for (var loss = 0; loss < RetryPolicy.MaxLosses; loss++)
        {
            var decision = RetryPolicy.AfterLoss(state, RetryRules.Default, random: 0.5);
            state = decision.State;
            delays.Add(decision.Delay);
        }

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(0.5)], delays[..3]);
        Assert.All(delays[..^1], delay => Assert.NotNull(delay));
        Assert.Null(delays[^1]);
        Assert.Equal(2, state.Failures);
    }

    [Theory]
    [InlineData(LossBlame.Sole, 3)]
    [InlineData(LossBlame.Shared, 10)]
    [InlineData(LossBlame.None, 10)]
    public void A_task_that_takes_its_nodes_down_has_fewer_of_them_when_it_is_surely_the_cause(LossBlame blame, int losses)
    {
        var decision = new RetryDecision(RetryState.Fresh, TimeSpan.Zero);
        while (decision.Delay is not null)
        {
            decision = RetryPolicy.AfterLoss(decision.State, RetryRules.Default, random: 0, blame);
        }

        Assert.Equal((losses, blame == LossBlame.None ? 0 : losses, 0), (decision.State.Losses, decision.State.Crashes, decision.State.Failures));
    }

    [Fact]
    public void Of_several_tasks_those_that_were_with_most_dead_nodes_are_suspected()
    {
        Assert.Equal([new("b", LossBlame.Sole)], LossBlames.Of([new("a", 1), new("b", 2), new("c", 0)], hasStrangers: false));
        Assert.Equal([new("b", LossBlame.Shared)], LossBlames.Of([new("a", 1), new("b", 2)], hasStrangers: true));
        Assert.Equal([new("a", LossBlame.Shared), new("b", LossBlame.Shared)], LossBlames.Of([new("a", 0), new("b", 0)], hasStrangers: false));
        Assert.Empty(LossBlames.Of([], hasStrangers: false));
    }

    [Fact]
    public void A_delay_stays_below_its_last_bound()
    {
        var decision = RetryPolicy.AfterFailure(new RetryState(90, 0, 100), Error, RetryRules.Default, random: 0.999);

        Assert.InRange(decision.Delay!.Value, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void The_random_number_is_from_zero_to_one(double random) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryPolicy.AfterFailure(RetryState.Fresh, Error, RetryRules.Default, random));

    [Theory]
    [InlineData(FailureKinds.Error, FailureKinds.Error, true)]
    [InlineData(FailureKinds.Timeout, FailureKinds.Error, false)]
    [InlineData(FailureKinds.OutOfMemory, FailureKinds.Error | FailureKinds.Timeout, false)]
    [InlineData(FailureKinds.Error, FailureKinds.None, false)]
    public void Only_the_kinds_that_the_task_names_are_tried_again(FailureKinds kind, FailureKinds on, bool again) =>
        Assert.Equal(again, RetryPolicy.AfterFailure(RetryState.Fresh, new AttemptFailure(kind), new RetryRules(on, []), random: 0).Delay is not null);

    [Theory]
    [InlineData(FailureKinds.Error, 75, true)]
    [InlineData(FailureKinds.Error, 1, false)]
    [InlineData(FailureKinds.Error, null, false)]
    [InlineData(FailureKinds.Timeout, null, true)]
    public void Exit_codes_choose_among_errors_and_among_nothing_else(FailureKinds kind, int? exitCode, bool again) =>
        Assert.Equal(
            again,
            RetryPolicy.AfterFailure(
                RetryState.Fresh, new AttemptFailure(kind) { ExitCode = exitCode }, new RetryRules(FailureKinds.All, [74, 75]), random: 0).Delay is not null);

    [Fact]
    public void More_memory_is_tried_once()
    {
        var failure = new AttemptFailure(FailureKinds.OutOfMemory) { MemoryFloor = 24 * Gb };
        var first = RetryPolicy.AfterFailure(RetryState.Fresh with { MaxAttempts = 10 }, failure, RetryRules.Default, random: 0);
        var second = RetryPolicy.AfterFailure(first.State, failure with { MemoryFloor = 48 * Gb }, RetryRules.Default, random: 0);

        Assert.Equal((24 * Gb, true), (first.State.MemoryFloor, first.Delay is not null));
        Assert.Equal((48 * Gb, null), (second.State.MemoryFloor, second.Delay));
    }

    [Fact]
    public void Running_out_of_memory_that_nobody_can_measure_is_a_failure_like_any_other() =>
        Assert.NotNull(RetryPolicy.AfterFailure(
            RetryState.Fresh with { Failures = 1 }, new AttemptFailure(FailureKinds.OutOfMemory), RetryRules.Default, random: 0).Delay);

    [Fact]
    public void A_loss_ends_a_task_that_does_not_want_another_node() =>
        Assert.Null(RetryPolicy.AfterLoss(RetryState.Fresh, new RetryRules(FailureKinds.Error, []), random: 0).Delay);

    [Theory]
    [InlineData(8, 10, 12)]
    [InlineData(8, 20, 20)]
    [InlineData(0, 24, 24)]
    public void The_memory_to_ask_for_is_more_than_was_reserved_and_more_than_was_free(long reservedGb, long freeGb, long atLeastGb)
    {
        var floor = GpuMemoryFloor.After(reservedGb * Gb, freeGb * Gb);
        Assert.InRange(floor, atLeastGb * Gb, (atLeastGb * Gb) + 1);
        Assert.True(floor > freeGb * Gb);
    }

    [Fact]
    public void Nothing_is_asked_for_where_nothing_is_known() => Assert.Equal(0, GpuMemoryFloor.After(0, 0));
}
