using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Sharing;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Queueing;

public sealed class WaitingTasksTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    [Fact]
    public void Tasks_leave_by_turn_and_memory_as_if_all_were_sorted() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 12], Gen.Int[0, 10], Gen.Int[0, 60]).Array[1, 120].Sample(
            operations =>
            {
                var waiting = new WaitingTasks(Step, new NodeVocabulary(), new FairShares(Step, Step, isOn: true));
                var shapes = waiting.ClassOf(Shape());
                var model = new List<PendingTask>();
                foreach (var (kind, gb, priority, minutes) in operations)
                {
                    if (kind < 2 || model.Count == 0)
                    {
                        var task = Pending($"t{model.Count}-{minutes}-{gb}-{priority}", Shape(gb: gb), priority, minutes);
                        if (waiting.Find(task.TaskId) is null)
                        {
                            waiting.Add(task);
                            model.Add(task);
                        }
                    }
                    else
                    {
                        var leaving = model[minutes % model.Count];
                        waiting.Remove(waiting.Find(leaving.TaskId)!);
                        model.Remove(leaving);
                    }

                    var sorted = model.OrderBy(waiting.KeyOf).ToList();
                    var fitting = sorted.Find(task => task.Shape.MemoryBytesPerGpu <= gb * Gb);
                    Assert.Equal(fitting?.TaskId, shapes.Lines.EarliestUpTo(gb * Gb)?.Task.TaskId);
                    Assert.Equal(model.Count == 0 ? null : model.Min(task => task.Shape.MemoryBytesPerGpu), shapes.Lines.SmallestNeed);
                    Assert.Equal((model.Count, model.Count), (waiting.Count, shapes.Count));
                    Assert.Equal(sorted.Take(gb).Select(task => task.TaskId), waiting.Head(gb).Select(task => task.TaskId));
                    for (var place = 0; place < sorted.Count; place += 7)
                    {
                        Assert.Equal(place + 1, waiting.PositionOf(waiting.Find(sorted[place].TaskId)!));
                    }
                }
            },
            iter: 200);

    [Fact]
    public void Shapes_that_nobody_waits_with_are_forgotten_and_those_waited_with_are_kept()
    {
        var waiting = new WaitingTasks(Step, new NodeVocabulary(), new FairShares(Step, Step, isOn: true));
        waiting.Add(Pending("a", Shape(type: "kept")));
        var kept = waiting.ClassOf(Shape(type: "kept"));
        var forgotten = waiting.ClassOf(Shape(type: "forgotten"));

        for (var number = 0; number < 3000; number++)
        {
            waiting.ClassOf(Shape(type: $"type {number}"));
        }

        Assert.Same(kept, waiting.ClassOf(Shape(type: "kept")));
        Assert.NotSame(forgotten, waiting.ClassOf(Shape(type: "forgotten")));
    }
}
