using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>What holds of gangs whatever comes.</summary>
public sealed class GangPropertyTests
{
    [Fact]
    public void After_every_step_each_gang_has_all_its_nodes_or_none_and_no_node_more_than_it_has() =>
        Gen.Select(Gen.Int[2, 6], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.Int[0, 999]).Array[5, 120]).Sample((count, steps) =>
        {
            var planner = PlannerWith([.. Enumerable.Range(0, count).Select(node => Node($"n{node}", 2 + (node % 3), Gpu("A", 24), Gpu("A", 24)))]);
            var placed = new List<Placement>();
            var now = Start;
            foreach (var (kind, a, b) in steps)
            {
                now = now.AddSeconds(a);
                switch (kind)
                {
                    case <= 4:
                        Take(planner.Submit(Pending($"t{now.Ticks}-{a}", Shape(a % 3, 0) with { MemoryBytesPerGpu = b % 24 * Gb, Nodes = 1 + (a % 4) }, b % 11), now));
                        break;
                    case 5 when placed.Count > 0:
                        var gang = placed[a % placed.Count];
                        planner.ReleaseMember(gang.Task.TaskId, gang.Attempt, $"n{b % count}");
                        break;
                    case 6 or 7 when placed.Count > 0:
                        var ended = placed[a % placed.Count];
                        placed.Remove(ended);
                        Assert.True(b % 2 == 0 ? planner.Complete(ended.Task.TaskId, ended.Attempt, now) : planner.Requeue(ended.Task.TaskId, ended.Attempt));
                        break;
                    case 8:
                        planner.SetAvailable($"n{a % count}", b % 3 > 0);
                        break;
                    default:
                        foreach (var placement in planner.Drain(now, int.MaxValue))
                        {
                            Take(placement);
                        }

                        RequireNothingFits(planner);
                        planner.KeepPlace(now);
                        break;
                }

                planner.CheckInvariants();
            }

            void Take(Placement? placement)
            {
                if (placement is not null)
                {
                    placed.Add(placement);
                    Assert.Equal(placement.Task.Shape.Nodes, placement.Gang?.Select(member => member.NodeId).Distinct().Count() ?? 1);
                    Assert.All(placement.Gang ?? [], member => Assert.Equal(placement.Task.Shape.GpuCount, member.Gpus.Distinct().Count()));
                }
            }
        });

    [Fact]
    public void Gangs_that_each_want_more_than_half_of_the_mesh_all_run() =>
        Gen.Select(Gen.Int[3, 9], Gen.Int[0, 99].Array[2, 12], Gen.Int[1, 3]).Sample((count, gangs, slots) =>
        {
            var planner = PlannerWith([.. Enumerable.Range(0, count).Select(node => Node($"n{node}", slots, Gpu("A", 24)))]);
            foreach (var (size, number) in gangs.Select((size, number) => (size, number)))
            {
                planner.Submit(Pending($"g{number:00}", Shape(gb: 20) with { Nodes = (count / 2) + 1 + (size % (count - (count / 2))) }, size % 11, number), Start);
            }

            var ran = 0;
            var running = planner.Nodes.SelectMany(node => planner.PlacementsOn(node.Facts.NodeId)).Select(placement => placement.Task.TaskId).Distinct().ToList();
            while (running.Count > 0)
            {
                // Two of them never run at once.
                Assert.True(planner.Complete(Assert.Single(running), 1, Start));
                ran++;
                running = [.. planner.Drain(Start, int.MaxValue).Select(placement => placement.Task.TaskId)];
            }

            Assert.Equal(gangs.Length, ran);
        });

    [Fact]
    public void A_gang_starts_beside_any_stream_of_small_tasks_once_nobody_new_goes_before_it() =>
        Gen.Select(Gen.Int[2, 4], Gen.Int[0, 1], Gen.Int[1, 20].Array[8, 40]).Sample(
            (size, gpus, stream) =>
            {
                var planner = PlannerWith([.. Enumerable.Range(0, 4).Select(node => Node($"n{node}", 1, Gpu("A", 24)))]);
                var ends = new PriorityQueue<Placement, int>();
                var next = 0;
                DateTimeOffset? started = null;
                for (var minute = 0; started is null; minute++)
                {
                    var now = Start.AddMinutes(minute);
                    while (ends.TryPeek(out var ended, out var end) && end <= minute)
                    {
                        ends.Dequeue();
                        planner.Complete(ended.Task.TaskId, ended.Attempt, now);
                    }

                    // More than the four nodes can do, for as long as it takes.
                    for (var demand = 0; demand < 5; next++)
                    {
                        var minutes = stream[next % stream.Length];
                        demand += minutes;
                        Begin(planner.Submit(Pending($"s{next:00000}", Shape(gpus, 20 * gpus), 5, minute) with { Duration = TimeSpan.FromMinutes(minutes) }, now));
                    }

                    if (minute == 3)
                    {
                        Begin(planner.Submit(Pending("it", Shape(gpus, 20 * gpus) with { Nodes = size }, 5, minute) with { Duration = TimeSpan.FromMinutes(5) }, now));
                    }

                    foreach (var placement in planner.Drain(now, int.MaxValue))
                    {
                        Begin(placement);
                    }

                    planner.KeepPlace(now);

                    // What came in its first minutes goes before it; then what was running when its places were kept.
                    Assert.True(minute <= 400, $"it waits since {minute} minutes");

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
            iter: 60);

    /// <summary>Worked out from what is reserved alone: no waiting task finds as many nodes as it needs.</summary>
    private static void RequireNothingFits(MeshPlanner planner)
    {
        var waiting = planner.QueueHead(int.MaxValue, Start);
        if (waiting.Any(waits => planner.Explain(waits.Task.TaskId, Start)!.Summary.Contains("is kept for it", StringComparison.Ordinal)))
        {
            // Others stay away from there.
            return;
        }

        foreach (var waits in waiting)
        {
            var shape = waits.Task.Shape;
            var fits = planner.Nodes.Count(node => node.Available && node.PlacedCount < node.Facts.MaxParallel
                && node.ReservedBytes.Count(reserved => reserved + shape.MemoryBytesPerGpu <= 24 * Gb) >= shape.GpuCount);
            Assert.True(fits < shape.Nodes, $"{waits.Task.TaskId} needs {shape.Nodes} nodes and fits {fits}: {waits.Reason}");
        }
    }
}
