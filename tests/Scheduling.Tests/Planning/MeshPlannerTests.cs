using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class MeshPlannerTests
{
    private static readonly NodeFacts OneSlot = Node("n", 1, Gpu("A", 24));

    [Fact]
    public void A_placement_names_the_next_attempt_and_the_registration()
    {
        var planner = PlannerWith(OneSlot with { Epoch = 7 });

        var placement = planner.Submit(Pending("t", Shape()) with { Attempt = 2 }, Start)!;

        Assert.Equal((3, "n", 7L), (placement.Attempt, placement.NodeId, placement.NodeEpoch));
        Assert.Same(placement, planner.FindPlacement("t"));
        Assert.Equal((0, 1), (planner.QueuedCount, planner.PlacedCount));
    }

    [Fact]
    public void A_task_that_is_known_changes_nothing()
    {
        var planner = PlannerWith(OneSlot);
        planner.Submit(Pending("placed", Shape()), Start);
        planner.Submit(Pending("queued", Shape()), Start);

        Assert.Null(planner.Submit(Pending("placed", Shape()), Start));
        Assert.Null(planner.Submit(Pending("queued", Shape()), Start));
        planner.Enqueue(Pending("placed", Shape()));

        Assert.Equal((1, 1), (planner.QueuedCount, planner.PlacedCount));
    }

    [Fact]
    public void A_task_that_fits_nowhere_does_not_hold_up_the_next()
    {
        var planner = PlannerWith(OneSlot);
        Assert.Null(planner.Submit(Pending("huge", Shape(gb: 80), 10), Start));

        Assert.NotNull(planner.Submit(Pending("small", Shape(gb: 8), 0), Start));
    }

    [Fact]
    public void Freed_capacity_goes_to_the_earliest_turn_and_not_to_a_newcomer()
    {
        var planner = PlannerWith(OneSlot);
        planner.Submit(Pending("running", Shape()), Start);
        planner.Submit(Pending("early", Shape(), 5), Start);
        planner.Submit(Pending("urgent", Shape(), 6, minutes: 1), Start);
        planner.Release("running", 1);

        Assert.Null(planner.Submit(Pending("newcomer", Shape(), 5, minutes: 2), Start));
        var placed = Assert.Single(planner.Drain(Start, limit: 10));

        Assert.Equal("urgent", placed.Task.TaskId);
    }

    [Fact]
    public void A_requeued_task_keeps_its_place_and_counts_its_attempt()
    {
        var planner = PlannerWith(OneSlot);
        planner.Submit(Pending("first", Shape()), Start);
        planner.Submit(Pending("second", Shape(), minutes: 1), Start);

        Assert.False(planner.Requeue("first", 2));
        Assert.True(planner.Requeue("first", 1));

        var placed = Assert.Single(planner.Drain(Start, limit: 10));
        Assert.Equal(("first", 2), (placed.Task.TaskId, placed.Attempt));
    }

    [Fact]
    public void A_requeued_task_is_tried_on_nodes_that_gained_nothing()
    {
        var planner = PlannerWith(OneSlot, Node("other", 1, Gpu("A", 24)));
        planner.Submit(Pending("t", Shape()), Start);
        planner.SetAvailable("n", available: false);

        Assert.True(planner.Requeue("t", 1));

        Assert.Equal("other", Assert.Single(planner.Drain(Start, limit: 10)).NodeId);
    }

    [Fact]
    public void The_next_attempt_goes_to_another_node_when_one_can_take_it_now()
    {
        var planner = PlannerWith(Node("failing", 1, Gpu("A", 80)), Node("small", 1, Gpu("A", 24)));
        Assert.Equal("failing", planner.Submit(Pending("t", Shape(), priority: 9), Start)!.NodeId);

        planner.Requeue("t", 1);

        Assert.Equal("small", Assert.Single(planner.Drain(Start, limit: 10)).NodeId);
    }

    [Fact]
    public void The_next_attempt_goes_to_the_same_node_when_no_other_can_take_it_now()
    {
        var planner = PlannerWith(Node("failing", 1, Gpu("A", 80)), Node("busy", 1, Gpu("A", 24)));
        planner.Submit(Pending("t", Shape(), priority: 9), Start);
        Assert.Equal("busy", planner.Submit(Pending("other", Shape()), Start)!.NodeId);

        planner.Requeue("t", 1);

        Assert.Equal("failing", Assert.Single(planner.Drain(Start, limit: 10)).NodeId);
    }

    [Fact]
    public void A_lost_node_lists_what_it_holds_and_takes_nothing_new()
    {
        var planner = PlannerWith(Node("n", 3, Gpu("A", 24)));
        planner.Submit(Pending("b", Shape()), Start);
        planner.Submit(Pending("a", Shape()), Start);
        planner.SetAvailable("n", available: false);

        Assert.Equal(["a", "b"], planner.PlacementsOn("n").Select(placement => placement.Task.TaskId));
        Assert.Null(planner.Submit(Pending("c", Shape()), Start));
        Assert.Equal(2, planner.PlacedCount);
        Assert.Empty(planner.PlacementsOn("nobody"));
    }

    [Fact]
    public void Waiting_tasks_go_to_a_node_that_joins_opens_or_measures_less()
    {
        var planner = Planner();
        planner.Submit(Pending("one", Shape(gb: 20)), Start);
        planner.Submit(Pending("two", Shape(gb: 20), minutes: 1), Start);
        planner.Submit(Pending("three", Shape(gb: 20), minutes: 2), Start);

        planner.UpsertNode(OneSlot, available: true);
        Assert.Equal("one", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);

        planner.UpsertNode(Node("closed", 1, Gpu("A", 24)), available: false);
        Assert.Empty(planner.Drain(Start, 10));
        planner.SetAvailable("closed", true);
        Assert.Equal("two", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);

        planner.UpsertNode(Node("used", 1, Gpu("A", 24)), available: false);
        planner.ObserveLoad("used", Load(0, new GpuLoad(0, 10 * Gb, null)));
        planner.SetAvailable("used", true);
        Assert.Empty(planner.Drain(Start, 10));
        planner.ObserveLoad("used", Load(0, new GpuLoad(0, 4 * Gb, null)));
        Assert.Equal("three", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);
    }

    [Fact]
    public void A_drain_stops_at_its_limit_and_the_next_goes_on()
    {
        var planner = PlannerWith(Node("n", 8));
        foreach (var number in Enumerable.Range(0, 5))
        {
            planner.Enqueue(Pending($"t{number}", Shape(gpus: 0)));
        }

        Assert.Equal(["t0", "t1"], planner.Drain(Start, 2).Select(placement => placement.Task.TaskId));
        Assert.Equal(["t2", "t3", "t4"], planner.Drain(Start, 9).Select(placement => placement.Task.TaskId));
    }

    [Fact]
    public void A_restored_placement_waits_for_its_node_and_counts_when_it_joins()
    {
        var planner = Planner();
        planner.Restore(new Placement(Pending("t", Shape(gb: 20)), 4, "n", 3, [0]), Start);
        Assert.Equal("no node has joined its pool yet", planner.WhyWaiting([Shape()]));
        Assert.False(Assert.Single(planner.Nodes).Available);

        planner.UpsertNode(Node("n", 2, Gpu("A", 24)) with { Epoch = 3 }, available: true);

        var node = Assert.Single(planner.Nodes);
        Assert.Equal((true, 20 * Gb, 1), (node.Available, node.ReservedBytes[0], node.PlacedCount));
        Assert.Null(planner.Submit(Pending("u", Shape(gb: 5)), Start));
        Assert.True(planner.Release("t", 4));
        Assert.Single(planner.Drain(Start, 9));
        planner.CheckInvariants();
    }

    [Fact]
    public void An_older_registration_changes_nothing_and_a_newer_one_forgets_the_measures()
    {
        var planner = PlannerWith(OneSlot with { Epoch = 5 });
        planner.ObserveLoad("n", Load(0.5, new GpuLoad(0, 20 * Gb, 1)));

        planner.UpsertNode(Node("n", 9) with { Epoch = 4 }, available: false);
        var same = Assert.Single(planner.Nodes);
        Assert.Equal((5L, true, 0.5), (same.Facts.Epoch, same.Available, same.Load.CpuLoad));

        planner.UpsertNode(OneSlot with { Epoch = 6 }, available: true);
        Assert.Equal(0, Assert.Single(planner.Nodes).Load.CpuLoad);
        Assert.NotNull(planner.Submit(Pending("t", Shape(gb: 24)), Start));
    }

    [Fact]
    public void A_waiting_task_can_leave_and_a_placed_one_cannot()
    {
        var planner = PlannerWith(OneSlot);
        planner.Submit(Pending("placed", Shape()), Start);
        planner.Submit(Pending("queued", Shape()), Start);

        Assert.True(planner.Dequeue("queued"));
        Assert.False(planner.Dequeue("queued"));
        Assert.False(planner.Dequeue("placed"));
        Assert.Null(planner.FindQueued("queued"));
    }

    [Fact]
    public void Waiting_makes_up_for_priority_so_nobody_starves()
    {
        var planner = PlannerWith(OneSlot);
        planner.Submit(Pending("running", Shape()), Start);
        planner.Submit(Pending("patient", Shape(), priority: 0), Start);

        var turns = 0;
        for (var running = "running"; running != "patient"; turns++)
        {
            // A task of the highest priority arrives every minute, and a place comes free every minute.
            planner.Submit(Pending($"rush{turns}", Shape(), priority: 10, minutes: turns + 1), Start);
            planner.Release(running, 1);
            running = Assert.Single(planner.Drain(Start, 9)).Task.TaskId;
        }

        Assert.Equal(100, turns); // ten levels at ten minutes each
    }

    [Fact]
    public void Settings_out_of_range_are_refused_and_defaults_stay()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), new PlannerSettings().AgingStep);
        Assert.Throws<ArgumentException>(() => new MeshPlanner(new PlannerSettings { AgingStep = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => new MeshPlanner(new PlannerSettings { AgingStep = TimeSpan.MaxValue }));
        Assert.Throws<ArgumentException>(() => new MeshPlanner(new PlannerSettings { QueuedMax = 0 }));
        Assert.Throws<ArgumentException>(
            () => new MeshPlanner(new PlannerSettings { GpuTeraflops = new Dictionary<string, double> { ["X"] = 0 } }));
    }
}
