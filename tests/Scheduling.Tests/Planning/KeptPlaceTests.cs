using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>A big task at the head of the line: a place is kept for it, and others fill it only until then.</summary>
public sealed class KeptPlaceTests
{
    private static readonly DateTimeOffset Later = Start.AddMinutes(10);

    [Fact]
    public void Small_tasks_start_beside_the_big_one_only_if_they_end_before()
    {
        var planner = PlannerWith(Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        planner.Submit(Timed("running", 1, minutes: 30), Start);
        planner.Submit(Timed("big", 2, minutes: 60), Start);
        planner.KeepPlace(Later);
        planner.Submit(Timed("long", 1, minutes: 40), Later);
        planner.Submit(Pending("unknown", Shape(gb: 20)), Later);
        planner.Submit(Timed("short", 1, minutes: 15), Later);

        Assert.Equal(["short"], planner.Drain(Later, 10).Select(placement => placement.Task.TaskId));
        Assert.Contains("is kept for it from about", planner.Explain("big", Later)!.Summary, StringComparison.Ordinal);
        planner.Release("short", 1);
        Assert.Equal("kept_for_another", Assert.Single(planner.Explain("long", Later)!.Nodes.Single().Refusals).Code);
        Assert.StartsWith("fits 1 node, but it cannot take it now: what is free on 1 node is kept for a task whose turn is before", planner.Explain("long", Later)!.Summary, StringComparison.Ordinal);

        // Even with what is kept it would not fit, and then that is told.
        Assert.StartsWith(
            "fits 1 node, but it cannot take it now: 1 node has at most 4 GB per GPU free of the 20 GB that it needs", planner.WhyWaiting([Shape(2, 20)]), StringComparison.Ordinal);
        planner.Release("running", 1);
        Assert.Equal("big", planner.Drain(Later.AddMinutes(20), 10)[0].Task.TaskId);
    }

    [Fact]
    public void Whose_turn_is_before_takes_the_place_all_the_same()
    {
        var planner = PlannerWith(Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        planner.Submit(Timed("running", 1, minutes: 30), Start);
        planner.Submit(Timed("big", 2, minutes: 60), Start);
        planner.KeepPlace(Later);
        planner.Submit(Pending("urgent", Shape(gb: 20), priority: 9), Later);

        Assert.Equal("urgent", Assert.Single(planner.Drain(Later, 10)).Task.TaskId);
    }

    [Fact]
    public void Nothing_is_kept_for_a_task_that_can_never_run_or_that_has_not_waited_long()
    {
        var planner = PlannerWith(Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        planner.Submit(Timed("running", 1, minutes: 30), Start);
        planner.Submit(Timed("impossible", 3, minutes: 60), Start);
        planner.Submit(Timed("young", 2, minutes: 60) with { SubmittedAt = Later }, Later);
        planner.KeepPlace(Later);

        Assert.NotNull(planner.Submit(Pending("small", Shape(gb: 20)), Later));
    }

    [Fact]
    public void Filling_a_kept_place_never_delays_its_task() =>
        Gen.Select(Gen.Int[1, 40].Array[4], Gen.Select(Gen.Int[1, 90], Gen.Int[1, 2]).Array[5, 60], Gen.Int[2, 4]).Sample((running, small, needed) =>
        {
            var planner = PlannerWith(Node("n", 16, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)));
            var ends = new PriorityQueue<Placement, DateTimeOffset>();
            foreach (var (minutes, number) in running.Select((minutes, number) => (minutes, number)))
            {
                Begin(planner.Submit(Timed($"r{number}", 1, minutes), Start)!, Start);
            }

            planner.Submit(Timed("big", needed, minutes: 60), Start);
            DateTimeOffset? promised = null;
            var (now, next, started) = (Start, 0, default(DateTimeOffset?));
            while (started is null)
            {
                now = now.AddMinutes(0.5);
                while (ends.TryPeek(out var ended, out var end) && end <= now)
                {
                    ends.Dequeue();
                    planner.Complete(ended.Task.TaskId, ended.Attempt, end);
                }

                if (next < small.Length)
                {
                    var (minutes, gpus) = small[next];
                    if (planner.Submit(Timed($"s{next++:00}", gpus, minutes) with { SubmittedAt = now }, now) is { } placement)
                    {
                        Begin(placement, now);
                    }
                }

                foreach (var placement in planner.Drain(now, 100))
                {
                    started ??= placement.Task.TaskId == "big" ? now : null;
                    Begin(placement, now);
                }

                planner.KeepPlace(now);
                promised ??= started is null ? PromiseIn(planner.Explain("big", now)!.Summary) : null;
            }

            // What ran when the place was kept runs on as it said it would; nobody delays it after that.
            Assert.True(promised is null || started <= promised, $"it was to start at {promised:u} and started at {started:u}");
            Assert.True(promised is not null || started <= Start.AddMinutes(5));

            void Begin(Placement placement, DateTimeOffset at) => ends.Enqueue(placement, at + placement.Task.Duration!.Value);
        });

    [Fact]
    public void A_stream_of_small_tasks_does_not_starve_a_big_one()
    {
        Assert.Null(StartOfBigUnderStream(reserveAfter: TimeSpan.Zero));
        Assert.InRange(StartOfBigUnderStream(reserveAfter: TimeSpan.FromMinutes(5))!.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(16));
    }

    // Ten-minute tasks end in turn, so that two GPUs are never free at once unless one is kept.
    private static TimeSpan? StartOfBigUnderStream(TimeSpan reserveAfter)
    {
        var planner = new MeshPlanner(new PlannerSettings { ReserveAfter = reserveAfter });
        planner.UpsertNode(Node("n", 8, Gpu("A", 24), Gpu("A", 24)), available: true);
        var ends = new Queue<(Placement Placement, DateTimeOffset At)>();
        var small = 0;
        for (var now = Start; now < Start.AddHours(3); now += TimeSpan.FromMinutes(1))
        {
            if (ends.TryPeek(out var first) && first.At <= now)
            {
                planner.Complete(ends.Dequeue().Placement.Task.TaskId, 1, now);
            }

            var minute = (now - Start).TotalMinutes;
            if (minute % 5 == 0 && planner.Submit(Pending($"s{small++}", Shape(gb: 20), minutes: minute), now) is { } at)
            {
                ends.Enqueue((at, now.AddMinutes(10)));
            }

            if (minute == 6)
            {
                planner.Submit(Pending("big", Shape(2, 20), minutes: minute), now);
            }

            foreach (var placement in planner.Drain(now, 10))
            {
                if (placement.Task.TaskId == "big")
                {
                    return now - Start.AddMinutes(6);
                }

                ends.Enqueue((placement, now.AddMinutes(10)));
            }

            planner.KeepPlace(now);
        }

        return null;
    }

    private static DateTimeOffset? PromiseIn(string summary) => summary.Split("is kept for it from about ") is [_, var time, ..]
        ? DateTimeOffset.Parse(time.Split(';')[0], System.Globalization.CultureInfo.InvariantCulture)
        : null;

    private static PendingTask Timed(string id, int gpus, double minutes) =>
        Pending(id, Shape(gpus, 20)) with { Duration = TimeSpan.FromMinutes(minutes) };
}
