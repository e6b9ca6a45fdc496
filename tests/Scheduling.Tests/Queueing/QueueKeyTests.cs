using Aurora.Scheduling.Queueing;
using CsCheck;
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

/// <summary>What a deadline makes of a place in line.</summary>
public sealed class DeadlineOrderTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    [Fact]
    public void Of_equal_effective_priority_the_one_that_must_start_first_goes_first()
    {
        var (late, early, without) = (Due("late", 300), Due("early", 200), QueueKey.Of(Pending("without", Shape()), Step));

        Assert.True(early.CompareTo(late) < 0);
        Assert.True(late.CompareTo(without) < 0);
    }

    [Fact]
    public void A_near_deadline_is_worth_two_levels_and_lets_nobody_in_among_the_critical()
    {
        Assert.True(Due("due", 0).CompareTo(QueueKey.Of(Pending("higher", Shape(), 7), Step)) < 0);
        Assert.True(QueueKey.Of(Pending("critical", Shape(), 8), Step).CompareTo(Due("due", 0, priority: 7)) < 0);
        Assert.True(QueueKey.Of(Pending("much earlier", Shape(), minutes: -31), Step).CompareTo(Due("due", 0)) < 0);
    }

    [Fact]
    public void The_order_is_total() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 40], Gen.Int[-1, 60]).Array[3].Sample(tasks =>
        {
            QueueKey[] keys = [.. tasks.Select((task, number) => task.Item3 < 0
                ? QueueKey.Of(Pending($"t{number}", Shape(), task.Item1, task.Item2), Step)
                : Due($"t{number}", task.Item3, task.Item1, task.Item2))];
            foreach (var (a, b, c) in new[] { (0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (2, 1, 0), (1, 0, 2) })
            {
                Assert.Equal(keys[a].CompareTo(keys[b]) < 0, keys[b].CompareTo(keys[a]) > 0);
                Assert.False(keys[a].CompareTo(keys[b]) < 0 && keys[b].CompareTo(keys[c]) < 0 && keys[a].CompareTo(keys[c]) > 0);
            }
        });

    private static QueueKey Due(string id, double dueMinutes, int priority = 5, double minutes = 0) =>
        QueueKey.Of(Pending(id, Shape(), priority, minutes) with { Deadline = Start.AddMinutes(minutes + dueMinutes + 5), Duration = TimeSpan.FromMinutes(5) }, Step);
}
