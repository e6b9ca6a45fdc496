using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Who is stopped for whom.</summary>
public sealed class PreemptionTests
{
    [Fact]
    public void The_lowest_youngest_and_fewest_are_stopped_and_the_place_is_kept_until_they_are_gone()
    {
        var planner = Preemptive(Node("n", 8, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)));
        planner.Submit(Pending("old", Shape(gb: 20), 2), Start);
        planner.Submit(Pending("young", Shape(gb: 20), 2, 1), Start.AddMinutes(1));
        planner.Submit(Pending("higher", Shape(gb: 20), 4, 2), Start.AddMinutes(2));
        var now = Start.AddMinutes(3);
        planner.Submit(Pending("urgent", Shape(gb: 20), 9, 3), now);

        var preemption = planner.Preempt(now)!;

        Assert.Equal(("urgent", "n"), (preemption.Task.TaskId, preemption.NodeId));
        Assert.Equal("young", Assert.Single(preemption.Victims).Task.TaskId);
        Assert.Null(planner.Preempt(now));
        planner.Requeue("young", 1);
        Assert.Empty(planner.Drain(now, 10));
        Assert.Contains("were stopped for it", planner.Explain("urgent", now)!.Summary, StringComparison.Ordinal);
        planner.VictimsGone("urgent");
        Assert.Equal("urgent", Assert.Single(planner.Drain(now, 10)).Task.TaskId);
        Assert.Equal(1, planner.FindQueued("young")!.Attempt);
    }

    [Fact]
    public void Off_by_default()
    {
        var planner = PlannerWith(Node("n", 8, Gpu("A", 24)));
        planner.Submit(Pending("low", Shape(gb: 20), 0), Start);
        planner.Submit(Pending("urgent", Shape(gb: 20), 10), Start);

        Assert.Null(planner.Preempt(Start));
    }

    [Fact]
    public void Nobody_of_priority_8_or_of_no_lower_priority_is_stopped_and_what_is_stopped_is_enough_and_needed() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 10], Gen.Int[1, 2], Gen.Int[1, 24]).Array[1, 12],
            Gen.Select(Gen.Int[0, 10], Gen.Int[1, 3], Gen.Int[1, 24]).Array[1, 6]).Sample((running, waiting) =>
        {
            var planner = Preemptive(Node("n", 6, Gpu("A", 24), Gpu("A", 24)), Node("m", 4, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)));
            var number = 0;
            foreach (var (priority, gpus, gb) in running.Concat(waiting))
            {
                planner.Submit(Pending($"t{number:00}", Shape(gpus, gb * gpus) with { MemoryBytesPerGpu = gb * Gb }, priority, number++ / 60.0), Start.AddSeconds(number));
            }

            var now = Start.AddMinutes(1);
            planner.Drain(now, 100);
            if (planner.Preempt(now) is not { } preemption)
            {
                return;
            }

            Assert.NotEmpty(preemption.Victims);
            Assert.All(preemption.Victims, victim =>
            {
                Assert.True(victim.Task.Priority < 8 && victim.Task.Priority < preemption.Task.Priority);
                Assert.Equal(preemption.NodeId, victim.NodeId);
                Assert.True(planner.Requeue(victim.Task.TaskId, victim.Attempt));
            });
            planner.VictimsGone(preemption.Task.TaskId);
            var placed = planner.Drain(now, 100);
            Assert.Contains(placed, placement => placement.Task.TaskId == preemption.Task.TaskId && placement.NodeId == preemption.NodeId);
            planner.CheckInvariants();
        });

    private static MeshPlanner Preemptive(params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(new PlannerSettings { Preemption = true });
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
