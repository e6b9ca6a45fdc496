using Aurora.Scheduling.Queueing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Queueing;

public sealed class QueueKeyTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(5, 0, 5, 1)] // equal priority: first come, first served
    [InlineData(6, 9, 5, 0)] // one level is worth 10 minutes
    [InlineData(5, 0, 6, 11)] // and no more
    [InlineData(0, 0, 10, 101)] // nobody waits behind newcomers for longer than ten steps
    [InlineData(10, 99, 0, 0)]
    [InlineData(5, 0, 6, 10)] // a tie goes to the earlier submission
    public void The_first_goes_before_the_second(int priority, double minutes, int otherPriority, double otherMinutes)
    {
        var one = QueueKey.Of(Pending("b", Shape(), priority, minutes), Step);
        var other = QueueKey.Of(Pending("a", Shape(), otherPriority, otherMinutes), Step);

        Assert.True(one.CompareTo(other) < 0);
        Assert.True(other.CompareTo(one) > 0);
    }

    [Fact]
    public void A_full_tie_goes_by_task_id_in_ordinal_order()
    {
        var upper = QueueKey.Of(Pending("task_B", Shape()), Step);
        var lower = QueueKey.Of(Pending("task_a", Shape()), Step);

        Assert.True(upper.CompareTo(lower) < 0);
    }

    [Theory]
    [InlineData(5, 0, 5.0)]
    [InlineData(5, 10, 6.0)]
    [InlineData(0, 25, 2.5)]
    [InlineData(5, -10, 5.0)] // a submission that a skewed clock puts in the future has not waited
    public void Effective_priority_grows_one_level_per_step(int priority, double waitedMinutes, double expected) =>
        Assert.Equal(
            expected, QueueKey.EffectivePriority(Pending("a", Shape(), priority), Start.AddMinutes(waitedMinutes), Step));
}
