using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Scheduling.Tests.QueuePolicy;

public sealed class ServiceOrderTests
{
    private static readonly QueuePolicySettings Levels = new()
    {
        Discipline = QueueDiscipline.LeastAttained,
        LevelGpuSeconds = [100, 1_000],
        HandicapSecondsPerGpu = 10,
    };

    [Fact]
    public void Equal_tasks_go_in_order_of_arrival() =>
        Assert.Equal([0, 1, 2], Order(Levels, Task(2, 2, 0), Task(0, 0, 0), Task(1, 1, 0)));

    [Fact]
    public void Whoever_has_used_less_goes_first_level_by_level() =>
        Assert.Equal([2, 1, 0], Order(Levels, Task(0, 0, 1_000), Task(1, 1, 999), Task(2, 2, 99)));

    [Fact]
    public void A_narrow_task_passes_a_wide_one_only_within_the_handicap()
    {
        var wide = Task(0, submitted: 0, attained: 0, gpus: 8);

        Assert.Equal([1, 0], Order(Levels, wide, Task(1, submitted: 69, attained: 0)));
        Assert.Equal([0, 1], Order(Levels, wide, Task(1, submitted: 71, attained: 0)));
    }

    [Fact]
    public void A_review_is_due_when_the_running_task_falls_to_the_next_level()
    {
        var order = new ServiceOrder(Levels);

        Assert.Equal(10, order.SecondsToReview(Task(0, 0, attained: 60, gpus: 4)), 9);
        Assert.Equal(double.PositiveInfinity, order.SecondsToReview(Task(0, 0, attained: 1_000)));
    }

    [Theory]
    [InlineData(100, 100), InlineData(-1, 5)]
    public void Levels_that_do_not_rise_are_refused_by_name(double first, double second)
    {
        var refusal = Assert.Throws<ArgumentException>(
            () => new ServiceOrder(Levels with { LevelGpuSeconds = [first, second] }));

        Assert.Equal(nameof(QueuePolicySettings.LevelGpuSeconds), refusal.ParamName);
    }

    private static int[] Order(QueuePolicySettings settings, params QueuedTask[] tasks) =>
        [.. new ServiceOrder(settings).Sort(tasks).Select(task => task.Ordinal)];

    private static QueuedTask Task(int ordinal, double submitted, double attained, int gpus = 1) => new()
    {
        Ordinal = ordinal,
        SubmittedSeconds = submitted,
        Gpus = gpus,
        SpeedByType = [1],
        AttainedGpuSeconds = attained,
    };
}
