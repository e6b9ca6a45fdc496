using Aurora.Scheduling.Model;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Queueing;

/// <summary>A million tasks may wait, and a scheduler that was restarted reads all of them from its store.</summary>
[Collection(nameof(QueueMemoryTests))]
[CollectionDefinition(nameof(QueueMemoryTests), DisableParallelization = true)] // The memory of the whole process is measured.
public sealed class QueueMemoryTests
{
    private const int Tasks = 100_000;

    // A million of them have to leave a silo below 600 MB: 40 bytes of a row, its place in line and its place by id, and what is allocated ahead.
    private const int BytesPerTaskMax = 64;

    // Of tasks with deadlines, sessions, or attempts behind them there are few at a time.
    private const int BytesPerUnusualTaskMax = 600;

    [Fact]
    public void Tasks_with_equal_shapes_share_one()
    {
        var planner = Planner();

        planner.Enqueue(Pending("one", Shape(gb: 4)));
        planner.Enqueue(Pending("two", Shape(gb: 4)));
        planner.Enqueue(Pending("other", Shape(gb: 8)));

        Assert.Same(planner.FindQueued("one")!.Shape, planner.FindQueued("two")!.Shape);
        Assert.Equal(Shape(gb: 8), planner.FindQueued("other")!.Shape);
    }

    [Fact]
    public void A_waiting_task_takes_little_memory() =>
        AssertTakes(BytesPerTaskMax, i => Pending($"task_01999999999979998999{i:000000000000}", Read(), i % 10, i / 60_000.0));

    [Fact]
    public void A_waiting_task_of_a_group_takes_little_memory() =>
        AssertTakes(BytesPerTaskMax, i => Pending($"task_01999999999979998999999999999999-{i:D6}", Read(), i % 10, i / 60_000.0));

    [Fact]
    public void A_waiting_task_with_more_to_it_takes_more() => AssertTakes(
        BytesPerUnusualTaskMax,
        i => Pending($"task_01999999999979998999{i:000000000000}", Read(), i % 10, i / 60_000.0) with { Attempt = 1, AvoidNode = new string("node-1".AsSpan()) });

    private static void AssertTakes(int bytesMax, Func<int, PendingTask> taskOf)
    {
        var planner = Planner();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Tasks; i++)
        {
            // As they are read back: every string is a copy of its own.
            planner.Enqueue(taskOf(i));
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Tasks;
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each waiting task");
        Assert.InRange(each, 1, bytesMax);
        Assert.Equal(Tasks, planner.QueuedCount);
    }

    private static TaskShape Read() => Shape(gb: 4, type: new string("RTX 4090".AsSpan()), taskType: new string("training".AsSpan()));
}
