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
        LeaveAsIfAllWereSorted((number, minutes, gb, priority) => Pending($"t{number}-{minutes}-{gb}-{priority}", Shape(gb: gb), priority, minutes));

    [Fact]
    public void Tasks_that_are_kept_as_rows_leave_by_turn_as_if_all_were_sorted() =>
        LeaveAsIfAllWereSorted((number, minutes, gb, priority) => Pending(MeshId(number), Shape(gb: gb), priority, minutes / 20));

    [Fact]
    public void Tasks_of_every_kind_leave_one_line_as_if_all_were_sorted() =>
        LeaveAsIfAllWereSorted((number, minutes, gb, priority) =>
        {
            var plain = Pending(number % 5 == 0 ? $"task_{number}" : MeshId(number), Shape(gb: gb), priority, minutes / 20);
            return (minutes % 4) switch
            {
                0 => plain with { Deadline = plain.SubmittedAt.AddMinutes(gb) },
                1 => plain with { Attempt = 1, AvoidNode = "bad" },
                _ => plain,
            };
        });

    [Fact]
    public void A_task_that_waited_is_what_it_was()
    {
        var waiting = new WaitingTasks(Step, new NodeVocabulary(), new FairShares(Step, Step, isOn: true));
        PendingTask[] tasks =
        [
            Pending(MeshId(1), Shape(gb: 4), 10, 3),
            Pending($"task_{new string('a', 32)}", Shape(gb: 4), 0, 5),
            Pending(MeshId(2), Shape(gb: 4), 3) with { Attempt = 2 },
            Pending(MeshId(3), Shape(gb: 4), 3) with { Session = "talk" },
            Pending("task_of-its-own-kind", Shape(gb: 4)),
            Pending(MeshId(4), Shape(gb: 4)) with { AnyOf = [Shape(gb: 4), Shape(gb: 4, type: "A40"), Shape(gb: 4)] },
        ];
        foreach (var task in tasks)
        {
            waiting.Add(task);
        }

        Assert.Equal(tasks, tasks.Select(task => waiting.Find(task.TaskId)!.Task));
        Assert.Equal(tasks.Length, waiting.Counts().Sum(count => count.Count));
        Assert.Equal(tasks[0].SubmittedAt, waiting.Counts().Single(count => count.Priority == 10).OldestSubmittedAt);
        foreach (var task in tasks)
        {
            waiting.Remove(waiting.Find(task.TaskId)!);
            Assert.Null(waiting.Find(task.TaskId));
        }

        Assert.Equal((0, 0), (waiting.Count, waiting.Active.Count));
    }

    [Fact]
    public void A_line_that_was_long_is_as_good_as_new()
    {
        var waiting = new WaitingTasks(Step, new NodeVocabulary(), new FairShares(Step, Step, isOn: true));
        for (var round = 0; round < 3; round++)
        {
            var tasks = Enumerable.Range(0, 5_000).Select(number => Pending(MeshId(number), Shape(gb: number % 3), number % 11, number / 100.0)).ToList();
            tasks.ForEach(waiting.Add);
            tasks.ForEach(task => waiting.Remove(waiting.Find(task.TaskId)!));

            Assert.Equal((0, null), (waiting.Count, waiting.Find(MeshId(1))));
        }
    }

    [Fact]
    public void The_few_of_one_priority_are_found_behind_many_of_others_and_a_task_of_several_shapes_is_found_once()
    {
        var waiting = new WaitingTasks(Step, new NodeVocabulary(), new FairShares(Step, Step, isOn: true));
        for (var number = 0; number < 2_000; number++)
        {
            waiting.Add(Pending(MeshId(number), Shape(gb: number % 3), priority: 5, minutes: number / 100.0));
        }

        waiting.Add(Pending("late", Shape(gb: 2), priority: 1, minutes: 30));
        waiting.Add(Pending("early", Shape(gb: 1), priority: 0, minutes: 0) with { AnyOf = [Shape(gb: 1), Shape(gb: 2)] });

        Assert.Equal(["early", "late"], waiting.Head(100, new PriorityRange(0, 2)).Select(task => task.TaskId));
        Assert.Equal(["early"], waiting.Head(1, new PriorityRange(0, 2)).Select(task => task.TaskId));
        Assert.Empty(waiting.Head(100, new PriorityRange(8, 10)));
    }

    private static string MeshId(int number) => $"task_0199999999997999899900000000{number / 7:x4}-{number % 7:D6}";

    private static void LeaveAsIfAllWereSorted(Func<int, int, int, int, PendingTask> taskOf) =>
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
                        var task = taskOf(model.Count, minutes, gb, priority);
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
                    var some = new PriorityRange(priority / 2, priority);
                    Assert.Equal(
                        sorted.Where(task => some.Contains(task.Priority)).Take(gb).Select(task => task.TaskId),
                        waiting.Head(gb, some).Select(task => task.TaskId));
                    for (var place = 0; place < sorted.Count; place += 7)
                    {
                        Assert.Equal(place + 1, waiting.PositionOf(waiting.Find(sorted[place].TaskId)!));
                        Assert.Equal(sorted.Take(place), waiting.Before(waiting.Find(sorted[place].TaskId)!, limit: 1_000)!);
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
