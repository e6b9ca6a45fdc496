using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.QueuePolicy;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>The queue in which whoever had least goes first.</summary>
public sealed class LeastAttainedTests
{
    private static readonly ServiceOrder Order = new(QueueProfiles.LeastAttained);

    [Fact]
    public void A_task_that_comes_back_goes_behind_those_of_its_priority_that_had_less_and_before_those_of_a_lower_one()
    {
        var planner = Mesh(gpus: 1);
        planner.Submit(Pending("served", Shape(gb: 48)), Start);
        planner.Submit(Pending("fresh", Shape(gb: 48), minutes: 60), Start.AddHours(1));
        planner.Submit(Pending("low", Shape(gb: 48), priority: 4, minutes: 61), Start.AddHours(1));

        planner.Advance(Start.AddHours(6));
        Assert.True(planner.Requeue("served", 1));

        Assert.Equal(["fresh", "served", "low"], planner.QueueHead(9, Start.AddHours(6)).Select(waiting => waiting.Task.TaskId));
        Assert.Equal(6 * 3_600, planner.FindQueued("served")!.AttainedGpuSeconds);
        Assert.Contains("it has had 6 GPU hours, and tasks of its priority with less than 4 go first", planner.Explain("served", Start.AddHours(6))!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Service_of_several_attempts_and_of_all_GPUs_adds_up_whoever_puts_the_task_back()
    {
        var planner = Mesh(gpus: 2);
        var placement = planner.Submit(Pending("t", Shape(gpus: 2, gb: 48)), Start)!;
        planner.Advance(Start.AddHours(1));
        Assert.Equal(7_200, planner.ServedBy(placement).AttainedGpuSeconds);
        planner.RequeuePreempted("t", 1, forTask: null);
        placement = Assert.Single(planner.Drain(Start.AddHours(1), 9));

        // As for a retry that waits elsewhere until it is due.
        planner.Advance(Start.AddHours(2));
        var served = planner.ServedBy(placement);
        planner.Release("t", 2);
        planner.Enqueue(served with { Attempt = 2 });

        Assert.Equal(4 * 3_600, planner.FindQueued("t")!.AttainedGpuSeconds);
    }

    [Fact]
    public void Where_durations_are_known_what_is_left_counts_and_not_what_was_had()
    {
        var planner = Mesh(gpus: 1);
        planner.Submit(Pending("known", Shape(gb: 48, taskType: "test")), Start);
        planner.Complete("known", 1, Start.AddHours(10));
        planner.Submit(Pending("runs", Shape(gb: 48)), Start.AddHours(10));

        planner.Enqueue(Pending("had", Shape(gb: 48), minutes: 600) with { AttainedGpuSeconds = 30 * 3_600 });
        planner.Enqueue(Pending("long", Shape(gb: 48, taskType: "test"), minutes: 601));
        planner.Enqueue(Pending("short", Shape(gb: 48), minutes: 602) with { Duration = TimeSpan.FromHours(1) });
        planner.Enqueue(Pending("unknown", Shape(gb: 48), minutes: 603));

        Assert.Equal(["unknown", "short", "long", "had"], Order4(planner));
        Assert.Contains("it needs about 10 more GPU hours", planner.Explain("long", Start.AddHours(11))!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_is_the_one_that_the_queue_round_decides_by() =>
        Gen.Select(Gen.Int[0, 20_000], Gen.Int[1, 8], Gen.Int[0, 400], Gen.Int[0, 3]).Array[1, 40].Sample(arrivals =>
        {
            var tasks = arrivals.OrderBy(task => task.Item1).ToArray();
            var planner = new MeshPlanner(new PlannerSettings { Queue = QueueProfile.LeastAttained });
            for (var number = 0; number < tasks.Length; number++)
            {
                var (minutes, gpus, attainedHours, known) = tasks[number];
                planner.Enqueue(Pending($"t{number:00}", Shape(gpus), minutes: minutes) with
                {
                    AttainedGpuSeconds = attainedHours * 3_600.0,
                    Duration = known == 0 ? TimeSpan.FromHours(500) : null,
                });
            }

            var sorted = Order.Sort([.. tasks.Select((task, number) => new QueuedTask
            {
                Ordinal = number,
                SubmittedSeconds = task.Item1 * 60,
                Gpus = task.Item2,
                SpeedByType = [1],
                AttainedGpuSeconds = task.Item3 * 3_600.0,
                RemainingSeconds = task.Item4 == 0 ? Math.Max(500 - ((double)task.Item3 / task.Item2), (double)task.Item3 / task.Item2 / 2) * 3_600 : null,
            })]);

            Assert.Equal(sorted.Select(task => $"t{task.Ordinal:00}"), planner.QueueHead(99, Start).Select(waiting => waiting.Task.TaskId));
        });

    [Fact]
    public void Whoever_had_more_leaves_for_a_task_of_equal_priority_as_soon_as_its_turn_is_later()
    {
        var planner = Mesh(gpus: 1, preemption: true);
        planner.Submit(Pending("served", Shape(gb: 48)), Start);
        planner.Submit(Pending("fresh", Shape(gb: 48), minutes: 1), Start.AddMinutes(1));
        planner.Advance(Start.AddMinutes(29));
        Assert.Null(planner.Preempt(Start.AddMinutes(29)));

        var preemption = planner.Preempt(Start.AddMinutes(31))!;

        Assert.Equal(("fresh", "served"), (preemption.Task.TaskId, Assert.Single(preemption.Victims).Task.TaskId));
        Assert.Contains("served whose turn is later was asked to leave", planner.Explain("fresh", Start.AddMinutes(31))!.Summary, StringComparison.Ordinal);
        planner.RequeuePreempted("served", 1, "fresh");
        Assert.Equal("fresh", Assert.Single(planner.Drain(Start.AddMinutes(31), 9)).Task.TaskId);
        Assert.Contains("it was preempted for fresh, whose turn is before", planner.Explain("served", Start.AddMinutes(31))!.Summary, StringComparison.Ordinal);

        // Both had as much: the earlier submission goes first again, and that is the end of it.
        Assert.Null(planner.Preempt(Start.AddMinutes(60)));
        Assert.Equal("served", planner.Preempt(Start.AddMinutes(62))!.Task.TaskId);
    }

    [Theory]
    [InlineData(8, true, null)]
    [InlineData(5, false, null)]
    [InlineData(5, true, "other")]
    public void Nobody_leaves_at_priority_8_nor_with_preemption_off_nor_for_a_tenant_that_had_more(int priority, bool preemption, string? tenant)
    {
        var planner = Mesh(gpus: 2, preemption);
        planner.Submit(Pending("served", Shape(gb: 48), priority), Start);
        planner.Submit(Pending("too", Shape(gb: 48) with { Tenant = tenant }, 9), Start);
        planner.Submit(Pending("fresh", Shape(gb: 48) with { Tenant = tenant }, priority, minutes: 1), Start.AddMinutes(1));
        planner.Advance(Start.AddMinutes(1));

        Assert.Null(planner.Preempt(Start.AddMinutes(tenant is null ? 45 : 2)));
    }

    [Fact]
    public void Tenants_share_before_service_counts()
    {
        var planner = Mesh(gpus: 1);
        planner.Submit(Pending("theirs", Shape(gb: 48) with { Tenant = "greedy" }), Start);
        for (var number = 0; number < 3; number++)
        {
            planner.Submit(Pending($"fresh{number}", Shape(gb: 48) with { Tenant = "greedy" }, minutes: 600 + number), Start.AddHours(10));
        }

        planner.Submit(Pending("served", Shape(gb: 48), minutes: 610) with { AttainedGpuSeconds = 3_600_000 }, Start.AddMinutes(610));
        planner.Complete("theirs", 1, Start.AddMinutes(611));

        Assert.Equal("served", Assert.Single(planner.Drain(Start.AddMinutes(611), 9)).Task.TaskId);
    }

    [Fact]
    public void Nobody_who_comes_later_than_the_largest_handicap_goes_before_a_task_and_higher_priority_outweighs_all_service() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[1, 64], Gen.Double[0, 1e9], Gen.Int[0, 10]).Sample((priority, gpus, attained, other) =>
        {
            var turns = new ServiceTurns(QueueProfiles.LeastAttained, _ => null);
            var levels = Math.Max(0, other - priority) + 1;
            var late = Start.AddSeconds(levels * Order.HandicapMaxSeconds).AddMinutes(1);

            var key = turns.KeyOf(Pending("it", Shape(gpus), priority) with { AttainedGpuSeconds = attained }, PlannerSettings.DefaultAgingStep);
            var newcomer = turns.KeyOf(Pending("new", Shape(gb: 48), other) with { SubmittedAt = late }, PlannerSettings.DefaultAgingStep);
            var higher = turns.KeyOf(Pending("higher", Shape(4_096), priority + 1) with { AttainedGpuSeconds = 1e12 }, PlannerSettings.DefaultAgingStep);

            Assert.True(key.CompareTo(newcomer) < 0);
            Assert.True(priority == 10 || higher.CompareTo(key) < 0);
        });

    [Fact]
    public void Nobody_starves_behind_a_stream_of_fresh_tasks()
    {
        var planner = Mesh(gpus: 2);
        var days = (int)Math.Ceiling(Order.HandicapMaxSeconds / 86_400);
        planner.Submit(Pending("s", Shape(gpus: 2, gb: 48)), Start);
        planner.Enqueue(Pending("it", Shape(gpus: 2, gb: 48)) with { AttainedGpuSeconds = 1e12 });
        DateTimeOffset? started = null;
        var running = new List<Placement> { planner.FindPlacement("s")! };
        for (var day = 1; started is null; day++)
        {
            Assert.True(day <= days + 2, $"it waits since {day} days");
            var now = Start.AddDays(day);
            planner.Submit(Pending($"s{day:000}", Shape(gpus: 2, gb: 48), minutes: day * 1_440) with { SubmittedAt = now }, now);
            running.ForEach(ended => planner.Complete(ended.Task.TaskId, ended.Attempt, now));
            running = [.. planner.Drain(now, 9)];
            started = running.Exists(placement => placement.Task.TaskId == "it") ? now : null;
        }
    }

    private static IEnumerable<string> Order4(MeshPlanner planner) => planner.QueueHead(4, Start).Select(waiting => waiting.Task.TaskId);

    private static MeshPlanner Mesh(int gpus, bool preemption = false)
    {
        var planner = new MeshPlanner(new PlannerSettings { Queue = QueueProfile.LeastAttained, Preemption = preemption, ReserveAfter = TimeSpan.Zero });
        planner.UpsertNode(Node("n", 8, [.. Enumerable.Repeat(Gpu("A40", 48), gpus)]) with { CanPreempt = true }, available: true);
        return planner;
    }
}
