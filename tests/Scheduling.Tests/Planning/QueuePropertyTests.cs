using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>What holds of the queue whatever comes.</summary>
public sealed class QueuePropertyTests
{
    [Fact]
    public void Of_equal_tasks_none_starts_later_for_a_node_more() =>
        Gen.Select(Gen.Select(Gen.Int[0, 6], Gen.Int[1, 40]).Array[1, 80], Gen.Int[1, 4], Gen.Int[1, 3]).Sample((arrivals, nodes, perNode) =>
        {
            var without = Play(arrivals, nodes, perNode);
            var with = Play(arrivals, nodes + 1, perNode);

            Assert.All(with.Keys, task => Assert.True(with[task] <= without[task], $"{task} started at {with[task]} instead of {without[task]}"));
        });

    [Theory]
    [InlineData(PlacementProfile.Balanced, QueueProfile.Priority)]
    [InlineData(PlacementProfile.Pack, QueueProfile.Priority)]
    [InlineData(PlacementProfile.Cost, QueueProfile.Priority)]
    [InlineData(PlacementProfile.Cost, QueueProfile.LeastAttained)]
    public void On_any_mesh_who_goes_first_starts_with_a_node_more_if_it_starts_without(PlacementProfile profile, QueueProfile queue) =>
        Gen.Select(RandomMesh.Histories, Gen.Select(Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999]).Array[1, 12]).Sample(
            (history, tasks) =>
            {
                // A gang that goes before may start on the new node and on others.
                var one = new RandomMesh(profile, queue, history, withGangs: false);
                var more = new RandomMesh(profile, queue, history, withGangs: false);
                foreach (var (a, b, c) in tasks)
                {
                    one.Planner.Enqueue(OfNobody(one.NewTask(a, b, c)));
                    more.Planner.Enqueue(OfNobody(more.NewTask(a, b, c)));
                }

                more.Planner.UpsertNode(Node("another", 4, Gpu("NVIDIA H100", 80), Gpu("NVIDIA H100", 80)), available: true);
                var first = one.Planner.Drain(one.Now, 1).SingleOrDefault()?.Task;
                var started = more.Planner.Drain(more.Now, int.MaxValue).Select(placement => placement.Task.TaskId);

                Assert.True(first is null || started.Contains(first.TaskId));
            },
            iter: 200);

    [Fact]
    public void Whatever_streams_past_it_every_task_starts_once_nobody_new_goes_before_it() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[1, 3], Gen.Select(Gen.Int[0, 10], Gen.Int[1, 2], Gen.Int[1, 20]).Array[8, 40]).Sample(
            (priority, gpus, stream) =>
            {
                var planner = PlannerWith(Node("n", 8, Gpu("A", 24), Gpu("A", 24)), Node("m", 8, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)));
                var ends = new PriorityQueue<Placement, int>();
                var overtaken = (10 - priority) * 10;
                var (minute, next, work) = (0, 0, 0);
                for (DateTimeOffset? started = null; started is null; minute++)
                {
                    var now = Start.AddMinutes(minute);
                    while (ends.TryPeek(out var ended, out var end) && end <= minute)
                    {
                        ends.Dequeue();
                        planner.Complete(ended.Task.TaskId, ended.Attempt, now);
                    }

                    // More than the five GPUs can do, for as long as it takes.
                    for (var demand = 0; demand < 6; next++)
                    {
                        var (level, count, minutes) = stream[next % stream.Length];
                        demand += count * minutes;
                        work += minute <= overtaken ? count * minutes : 0;
                        Begin(planner.Submit(Timed($"s{next:00000}", count, minutes, level, minute), now));
                    }

                    if (minute == 0)
                    {
                        Begin(planner.Submit(Timed("it", gpus, 5, priority, 0), now));
                    }

                    foreach (var placement in planner.Drain(now, int.MaxValue))
                    {
                        Begin(placement);
                    }

                    planner.KeepPlace(now);

                    // What goes before it, one after the other, and what was running when its place was kept.
                    Assert.True(minute <= overtaken + work + 40, $"it waits since {minute} minutes");

                    void Begin(Placement? placement)
                    {
                        if (placement is not null)
                        {
                            started ??= placement.Task.TaskId == "it" ? now : null;
                            ends.Enqueue(placement, minute + (int)placement.Task.Duration!.Value.TotalMinutes);
                        }
                    }
                }
            },
            iter: 30);

    /// <summary>When each task starts, in minutes: tasks that arrive at these distances and run for so long, two on a GPU.</summary>
    private static Dictionary<string, int> Play((int After, int Minutes)[] arrivals, int nodes, int perNode)
    {
        var planner = PlannerWith([.. Enumerable.Range(0, nodes).Select(node => Node($"n{node}", 2 * perNode, [.. Enumerable.Repeat(Gpu("A", 24), perNode)]))]);
        var ends = new PriorityQueue<Placement, int>();
        var starts = new Dictionary<string, int>();
        var (minute, next, at) = (0, 0, arrivals[0].After);
        for (; starts.Count < arrivals.Length; minute++)
        {
            var now = Start.AddMinutes(minute);
            while (ends.TryPeek(out var ended, out var end) && end <= minute)
            {
                ends.Dequeue();
                planner.Complete(ended.Task.TaskId, ended.Attempt, now);
            }

            foreach (var placement in planner.Drain(now, int.MaxValue))
            {
                Begin(placement);
            }

            while (next < arrivals.Length && at <= minute)
            {
                var placement = planner.Submit(Timed($"t{next:000}", 1, arrivals[next].Minutes, 5, minute) with { Shape = Shape(gb: 12) }, now);
                if (placement is not null)
                {
                    Begin(placement);
                }

                at += ++next < arrivals.Length ? arrivals[next].After : 0;
            }
        }

        return starts;

        void Begin(Placement placement)
        {
            starts.Add(placement.Task.TaskId, minute);
            ends.Enqueue(placement, minute + (int)placement.Task.Duration!.Value.TotalMinutes);
        }
    }

    // An earlier task that starts on the new node may use up its tenant's quota, and the next of the tenant waits then: as it should.
    private static PendingTask OfNobody(PendingTask task) => task with { Shape = task.Shape with { Tenant = null } };

    private static PendingTask Timed(string id, int gpus, int minutes, int priority, int submitted) =>
        Pending(id, Shape(gpus, 20 * gpus) with { MemoryBytesPerGpu = 20 * Gb }, priority, submitted) with { Duration = TimeSpan.FromMinutes(minutes) };
}
