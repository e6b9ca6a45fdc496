using Aurora.Scheduling.Model;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Queueing;

/// <summary>A million tasks may wait, and a scheduler that was restarted reads all of them from its store.</summary>
public sealed class QueueMemoryTests
{
    private const int Tasks = 100_000;

    // A million of them have to leave a silo below 600 MB.
    private const int BytesPerTaskMax = 400;

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
    public void A_waiting_task_takes_little_memory()
    {
        var planner = Planner();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Tasks; i++)
        {
            // As they are read back: every string is a copy of its own.
            planner.Enqueue(Pending($"task_01999999-9999-7999-8999-{i:000000000000}", Read(), i % 10, i / 60_000.0));
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Tasks;
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each waiting task");
        Assert.InRange(each, 1, BytesPerTaskMax);
        Assert.Equal(Tasks, planner.QueuedCount);
    }

    private static TaskShape Read() => Shape(gb: 4, type: new string("RTX 4090".AsSpan()), taskType: new string("training".AsSpan()));
}
