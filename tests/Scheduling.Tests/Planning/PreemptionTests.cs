using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Sharing;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Who leaves for whom.</summary>
public sealed class PreemptionTests
{
    [Fact]
    public void The_lowest_youngest_and_fewest_leave_and_the_task_starts_when_they_are_gone()
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
        Assert.Empty(planner.Drain(now, 10));
        Assert.Contains("young of lower priority was asked to leave", planner.Explain("urgent", now)!.Summary, StringComparison.Ordinal);
        Assert.Contains("preempted for urgent", planner.Explain("young", now)!.Summary, StringComparison.Ordinal);
        planner.RequeuePreempted("young", 1, "urgent");
        Assert.Equal("urgent", Assert.Single(planner.Drain(now, 10)).Task.TaskId);
        Assert.Equal(1, planner.FindQueued("young")!.Attempt);
        Assert.Contains("it was preempted for urgent", planner.Explain("young", now)!.Summary, StringComparison.Ordinal);
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
    public void Nobody_leaves_where_nobody_can_be_asked_nor_a_request_to_a_model_nor_for_a_task_whose_turn_is_later()
    {
        var planner = Preemptive(
            Node("deaf", 8, Gpu("A", 24)) with { CanPreempt = false, Models = Serving() }, Node("n", 8, Gpu("A", 24)) with { Models = Serving("m") });
        planner.Submit(Pending("request", Shape(gb: 20) with { Model = "m" }, 0), Start);
        planner.Submit(Pending("low", Shape(gb: 20), 0), Start);
        planner.Submit(Pending("urgent", Shape(gb: 20), 10), Start);
        Assert.Null(planner.Preempt(Start));

        planner = Preemptive(Node("n", 8, Gpu("A", 24)));
        planner.Submit(Pending("aged", Shape(gb: 20), 3), Start);
        planner.Submit(Pending("later", Shape(gb: 20), 5, minutes: 21), Start.AddMinutes(21));
        Assert.Null(planner.Preempt(Start.AddMinutes(21)));
    }

    [Fact]
    public void Each_of_several_tasks_gets_a_place_of_its_own_and_no_attempt_leaves_for_two()
    {
        var planner = Preemptive(Node("n", 8, Gpu("A", 24)), Node("m", 8, Gpu("A", 24)));
        planner.Submit(Pending("a", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("b", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("x", Shape(gb: 20), 9, 1), Start);
        planner.Submit(Pending("y", Shape(gb: 20), 9, 2), Start);
        planner.Submit(Pending("z", Shape(gb: 20), 9, 3), Start);

        var first = planner.Preempt(Start)!;
        var second = planner.Preempt(Start)!;

        Assert.Null(planner.Preempt(Start));
        Assert.Equal(["x", "y"], [first.Task.TaskId, second.Task.TaskId]);
        Assert.Equal(["a", "b"], first.Victims.Concat(second.Victims).Select(victim => victim.Task.TaskId).Order());
    }

    [Fact]
    public void A_planner_that_was_rebuilt_asks_nobody_for_the_room_that_others_leave_already()
    {
        var before = Preemptive(Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        var held = new[] { before.Submit(Pending("a", Shape(gb: 20), 1), Start)!, before.Submit(Pending("b", Shape(gb: 20), 1), Start)! };
        before.Submit(Pending("urgent", Shape(gb: 20), 9), Start);
        var leaving = Assert.Single(before.Preempt(Start)!.Victims);

        var planner = Preemptive(Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        foreach (var placement in held)
        {
            planner.Restore(placement, Start);
        }

        planner.Enqueue(Pending("urgent", Shape(gb: 20), 9));
        planner.MarkLeaving(leaving.Task.TaskId, leaving.Attempt, "urgent");

        Assert.Empty(planner.Drain(Start, 10));
        Assert.Null(planner.Preempt(Start));
        planner.RequeuePreempted(leaving.Task.TaskId, leaving.Attempt, "urgent");
        Assert.Equal("urgent", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);
    }

    [Fact]
    public void What_a_victim_left_goes_to_the_task_it_left_for_even_if_its_tenant_had_less_than_its_share()
    {
        var planner = new MeshPlanner(new PlannerSettings { Preemption = true, Tenants = new Dictionary<string, TenantPolicy> { ["heavy"] = new(9, null, null) } });
        planner.UpsertNode(Node("n", 8, Gpu("A", 24), Gpu("A", 24)), available: true);
        planner.Submit(Pending("other", Shape(gb: 20) with { Tenant = "light" }, 8), Start);
        planner.Submit(Pending("low", Shape(gb: 20) with { Tenant = "heavy" }, 6), Start);
        var now = Start.AddMinutes(5);
        planner.Advance(now);
        planner.Submit(Pending("urgent", Shape(gb: 20) with { Tenant = "light" }, 7, 5), now);

        var preemption = planner.Preempt(now)!;
        planner.RequeuePreempted("low", 1, "urgent");

        Assert.Equal("low", Assert.Single(preemption.Victims).Task.TaskId);
        Assert.Equal("urgent", Assert.Single(planner.Drain(now, 10)).Task.TaskId);
        Assert.Null(planner.Preempt(now));
    }

    [Fact]
    public void Nobody_of_priority_8_or_of_no_lower_priority_leaves_and_who_leaves_is_enough_and_needed() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 10], Gen.Int[1, 2], Gen.Int[1, 24]).Array[1, 12],
            Gen.Select(Gen.Int[0, 10], Gen.Int[1, 3], Gen.Int[1, 24]).Array[1, 6]).Sample((running, waiting) =>
        {
            var planner = Preemptive(Node("n", 6, Gpu("A", 24), Gpu("A", 24)), Node("m", 4, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)));
            var number = 0;
            foreach (var (priority, gpus, gb) in running.Concat(waiting))
            {
                planner.Submit(Pending($"t{number:00}", Shape(gpus, gb), priority, number++ / 60.0), Start.AddSeconds(number));
            }

            var now = Start.AddMinutes(1);
            planner.Drain(now, 100);
            if (planner.Preempt(now) is not { } preemption)
            {
                return;
            }

            Assert.NotEmpty(preemption.Victims);
            foreach (var victim in preemption.Victims)
            {
                Assert.True(victim.Task.Priority < 8 && victim.Task.Priority < preemption.Task.Priority);
                Assert.Equal(preemption.NodeId, victim.NodeId);

                // While one of them is there, the task waits: each was needed.
                Assert.DoesNotContain(planner.Drain(now, 100), placement => placement.Task.TaskId == preemption.Task.TaskId);
                Assert.True(planner.RequeuePreempted(victim.Task.TaskId, victim.Attempt, preemption.Task.TaskId));
                planner.CheckInvariants();
            }

            var placed = planner.Drain(now, 100);
            Assert.Contains(placed, placement => placement.Task.TaskId == preemption.Task.TaskId && placement.NodeId == preemption.NodeId);
            planner.CheckInvariants();
        });

    [Fact]
    public void Whatever_comes_each_preemption_is_by_an_earlier_turn_every_task_ends_and_nothing_exceeds_capacity() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 10], Gen.Int[1, 2], Gen.Int[4, 24], Gen.Int[1, 30], Gen.Int[0, 4]).Array[5, 60],
            Gen.Int[1, 4], Gen.Bool).Sample((arrivals, grace, isFair) =>
        {
            var planner = new MeshPlanner(new PlannerSettings { Preemption = true, Queue = isFair ? QueueProfile.Fair : QueueProfile.Priority });
            planner.UpsertNode(Node("n", 6, Gpu("A", 24), Gpu("A", 24)), available: true);
            planner.UpsertNode(Node("m", 3, Gpu("A", 24)), available: true);
            var left = new Dictionary<string, int>();
            var running = new List<Placement>();
            var leaving = new List<(Placement Victim, string For, int Due)>();
            var preempted = new Dictionary<string, int>();
            var (minute, next) = (0, 0);
            for (; left.Count > 0 || next < arrivals.Length; minute++)
            {
                Assert.True(minute < 5_000, "some task never ends");
                var now = Start.AddMinutes(minute);
                for (; next < arrivals.Length && next <= minute; next++)
                {
                    var (priority, gpus, gb, work, tenant) = arrivals[next];
                    left.Add($"t{next:00}", work);
                    var task = Pending($"t{next:00}", Shape(gpus, gb * gpus) with { MemoryBytesPerGpu = gb * Gb, Tenant = $"tenant-{tenant}" }, priority, minute);
                    if (planner.Submit(task, now) is { } at)
                    {
                        running.Add(at);
                    }
                }

                foreach (var (victim, other, _) in leaving.Where(each => each.Due <= minute).ToList())
                {
                    leaving.RemoveAll(each => each.Victim == victim);
                    planner.RequeuePreempted(victim.Task.TaskId, victim.Attempt, other);
                }

                foreach (var placement in running.ToList())
                {
                    if (--left[placement.Task.TaskId] == 0)
                    {
                        left.Remove(placement.Task.TaskId);
                        running.Remove(placement);
                        Assert.True(planner.Complete(placement.Task.TaskId, placement.Attempt, now));
                    }
                }

                running.AddRange(planner.Drain(now, 100));
                planner.KeepPlace(now);
                while (planner.Preempt(now) is { } preemption)
                {
                    foreach (var victim in preemption.Victims)
                    {
                        var levels = preemption.Task.Priority - victim.Task.Priority;
                        Assert.True(levels > 0 && victim.Task.Priority < 8);
                        Assert.True(preemption.Task.SubmittedAt - victim.Task.SubmittedAt < levels * PlannerSettings.DefaultAgingStep, "an older turn was taken");
                        Assert.True(running.Remove(victim), "an attempt was asked twice");
                        leaving.Add((victim, preemption.Task.TaskId, minute + grace));
                        preempted[victim.Task.TaskId] = preempted.GetValueOrDefault(victim.Task.TaskId) + 1;
                    }
                }

                planner.CheckInvariants();
            }

            Assert.All(preempted.Values, times => Assert.InRange(times, 1, arrivals.Length));
            Assert.Equal((0, 0), (planner.PlacedCount, planner.QueuedCount));
        });

    private static ModelFacts Serving(params string[] models) => new(models.ToHashSet(), new HashSet<string>(), 1);

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
