using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Why nobody leaves for a task that waits.</summary>
public sealed class StayingTests
{
    [Fact]
    public void Those_that_may_not_be_asked_are_counted_by_the_reason()
    {
        var planner = With(preemption: true, Node("deaf", 1, Gpu("A", 24)) with { CanPreempt = false });
        planner.Submit(Pending("unasked", Shape(gb: 20), 5), Start);
        planner.UpsertNode(Node("n", 8, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24)), available: true);
        planner.Submit(Pending("critical", Shape(gb: 20), 8), Start);
        planner.Submit(Pending("equal", Shape(gb: 20), 6), Start);
        planner.Submit(Pending("aged", Shape(gb: 20), 5), Start);
        var now = Start.AddMinutes(31);
        planner.Submit(Pending("waits", Shape(gb: 20), 6, minutes: 31), now);

        Assert.EndsWith(
            "; no attempt leaves for it: 1 of priority 8 or higher, 1 of no lower priority, 1 on nodes that do not understand the request, 1 whose turn comes first by now",
            planner.Explain("waits", now)!.Summary,
            StringComparison.Ordinal);
        Assert.Null(planner.Preempt(now));
    }

    [Fact]
    public void Attempts_of_lower_priority_that_do_not_make_room_enough_are_told_of()
    {
        var planner = With(preemption: true, Node("n", 8, Gpu("A", 24), Gpu("A", 24)));
        planner.Submit(Pending("high", Shape(gb: 20), 7), Start);
        planner.Submit(Pending("low", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("both", Shape(2, gb: 20), 6), Start);

        Assert.Null(planner.Preempt(Start));
        Assert.EndsWith(
            "; no attempt leaves for it: 1 of no lower priority, 1 of lower priority, which would not make room enough",
            planner.Explain("both", Start)!.Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_preemption_is_off_it_is_told_of_only_where_it_would_help()
    {
        var planner = With(preemption: false, Node("n", 8, Gpu("A", 24)));
        planner.Submit(Pending("low", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("urgent", Shape(gb: 20), 9), Start);
        planner.Submit(Pending("equal", Shape(gb: 20), 1), Start);

        Assert.EndsWith("; 1 attempt of lower priority could leave n for it, but preemption is off", planner.Explain("urgent", Start)!.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("preemption", planner.Explain("equal", Start)!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_of_a_task_that_others_leave_for_or_that_no_leaving_would_help()
    {
        var planner = With(preemption: true, Node("n", 8, Gpu("A", 24)));
        planner.Submit(Pending("low", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("urgent", Shape(gb: 20), 9), Start);
        planner.Submit(Pending("huge", Shape(gb: 200), 9), Start);
        Assert.NotNull(planner.Preempt(Start));

        Assert.DoesNotContain("no attempt leaves", planner.Explain("urgent", Start)!.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("no attempt leaves", planner.Explain("huge", Start)!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_to_a_model_and_a_task_without_a_gpu_make_nobody_leave()
    {
        var planner = With(preemption: true, Node("n", 1, Gpu("A", 24)) with { Models = new ModelFacts(new HashSet<string> { "m" }, new HashSet<string>(), 1) });
        planner.Submit(Pending("low", Shape(gb: 20), 1), Start);
        planner.Submit(Pending("request", Shape(gb: 20) with { Model = "m" }, 9), Start);
        planner.Submit(Pending("plain", Shape(gpus: 0), 9), Start);

        Assert.EndsWith("nobody is asked to leave for a request to a model", planner.Explain("request", Start)!.Summary, StringComparison.Ordinal);
        Assert.EndsWith("nobody is asked to leave for a task without a GPU", planner.Explain("plain", Start)!.Summary, StringComparison.Ordinal);
    }

    private static MeshPlanner With(bool preemption, params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(new PlannerSettings { Preemption = preemption });
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
