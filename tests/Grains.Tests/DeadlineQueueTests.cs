using Aurora.Grains.Schedulers;

namespace Aurora.Grains.Tests;

public sealed class DeadlineQueueTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DeadlineQueue queue = new();

    [Fact]
    public void Deadlines_come_out_in_the_order_in_which_they_are_due_and_not_before()
    {
        queue.Add(new Deadline("late", 1, DeadlineKind.Run), Noon.AddSeconds(2));
        queue.Add(new Deadline("early", 0, DeadlineKind.Queue), Noon.AddSeconds(1));

        Assert.False(queue.TryTake(Noon, out _, out _));
        Assert.True(queue.TryTake(Noon.AddSeconds(2), out var first, out _));
        Assert.True(queue.TryTake(Noon.AddSeconds(2), out var second, out _));
        Assert.Equal(("early", "late"), (first.TaskId, second.TaskId));
    }

    [Fact]
    public void What_ended_long_before_its_deadline_does_not_pile_up()
    {
        for (var number = 0; number < 1_000_000; number++)
        {
            queue.Add(new Deadline($"task {number}", 1, DeadlineKind.Run), Noon.AddDays(1));

            // Ten tasks are there at a time.
            queue.Sweep(10, taskId => int.Parse(taskId.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture) > number - 10);
        }

        Assert.InRange(queue.Count, 10, 10_000);
        queue.Sweep(1, taskId => taskId == "task 999999");
        Assert.True(queue.TryTake(Noon.AddDays(1), out _, out _));
    }

    [Fact]
    public void What_is_there_is_never_swept_out()
    {
        for (var number = 0; number < 30_000; number++)
        {
            queue.Add(new Deadline($"{number}", 1, DeadlineKind.Run), Noon);
        }

        queue.Sweep(10_000, _ => true);
        queue.Sweep(0, _ => true);

        Assert.Equal(30_000, queue.Count);
    }
}
