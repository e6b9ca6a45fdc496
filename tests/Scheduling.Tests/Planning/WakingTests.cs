using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class WakingTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(3);

    [Fact]
    public void A_task_waits_for_an_owned_node_that_is_woken_and_runs_there()
    {
        var planner = With(Rented("rented"), Owned("owned"));
        Sleep(planner, "owned");

        Assert.Null(planner.Submit(Pending("t", Shape(gb: 20)), Start));
        Assert.Empty(planner.Drain(Start, 9));
        Assert.Equal([new WakeCall("owned", "t")], planner.CallSleepers(Start));
        Assert.Equal("fits 2 nodes, but none can take it now: 1 node would have to be rented, and owned, which is owned, is woken first, 1 node is closed to new work", planner.Explain("t", Start)!.Summary);
        Assert.Equal("owned_first", planner.Explain("t", Start)!.Nodes.Single(node => node.NodeId == "rented").Refusals.Single().Code);
        Assert.Empty(planner.CallSleepers(Start.AddMinutes(1)));

        Wake(planner, "owned");

        Assert.Equal("owned", Assert.Single(planner.Drain(Start.AddMinutes(2), 9)).NodeId);
    }

    [Fact]
    public void A_node_that_does_not_come_is_waited_for_once_and_left_alone_for_an_hour()
    {
        var planner = With(Rented("rented", slots: 1), Owned("owned"));
        Sleep(planner, "owned");
        planner.Submit(Pending("t", Shape(gb: 20)), Start);
        planner.CallSleepers(Start);

        Assert.Empty(planner.CallSleepers(Start + Wait));
        Assert.Equal("rented", Assert.Single(planner.Drain(Start + Wait, 9)).NodeId);
        planner.Submit(Pending("u", Shape(gb: 20)), Start + Wait);
        Assert.Empty(planner.CallSleepers(Start + Wait + TimeSpan.FromMinutes(59)));
        Assert.Equal([new WakeCall("owned", "u")], planner.CallSleepers(Start + Wait + TimeSpan.FromMinutes(60)));
    }

    [Fact]
    public void Nobody_is_woken_for_a_task_that_it_cannot_run_or_that_an_owned_node_runs_now()
    {
        var planner = With(Rented("rented"), Owned("asleep"), Owned("awake"));
        Sleep(planner, "asleep");

        Assert.Equal("rented", planner.Submit(Pending("large", Shape(gb: 80)), Start)!.NodeId);
        Assert.NotNull(planner.Submit(Pending("small", Shape(gb: 20)), Start));
        Assert.Empty(planner.CallSleepers(Start));
    }

    [Fact]
    public void As_many_are_called_as_the_waiting_tasks_need_the_cheapest_first()
    {
        var planner = With(
            Owned("dear") with { Price = new NodePrice(NodeTenure.Owned, 2) },
            Owned("cheap") with { Price = new NodePrice(NodeTenure.Owned, 1) },
            Owned("dearest") with { Price = new NodePrice(NodeTenure.Owned, 3) });
        foreach (var node in new[] { "dear", "cheap", "dearest" })
        {
            Sleep(planner, node);
        }

        planner.Submit(Pending("t1", Shape(gb: 20)), Start);
        Assert.Equal(["cheap"], planner.CallSleepers(Start).Select(call => call.NodeId));
        planner.Submit(Pending("t2", Shape(gb: 20), minutes: 1), Start);
        planner.Submit(Pending("t3", Shape(gb: 200), minutes: 2), Start);
        Assert.Equal(["dear"], planner.CallSleepers(Start).Select(call => call.NodeId));
        Assert.Empty(planner.CallSleepers(Start));
    }

    [Fact]
    public void When_nothing_waits_any_more_renting_goes_on()
    {
        var planner = With(Rented("rented"), Owned("owned"));
        Sleep(planner, "owned");
        planner.Submit(Pending("t", Shape(gb: 20)), Start);
        planner.CallSleepers(Start);
        Assert.True(planner.Dequeue("t"));
        planner.CallSleepers(Start);

        Assert.Equal("rented", planner.Submit(Pending("other", Shape(gb: 80)), Start)!.NodeId);
    }

    [Fact]
    public void Where_nobody_wakes_nodes_nothing_is_held_back()
    {
        var planner = With(new PlannerSettings(), Rented("rented"), Owned("owned"));
        Sleep(planner, "owned");

        Assert.Equal("rented", planner.Submit(Pending("t", Shape(gb: 20)), Start)!.NodeId);
        Assert.Empty(planner.CallSleepers(Start));
    }

    [Fact]
    public void A_plan_and_a_recording_know_who_is_woken()
    {
        var planner = With(Rented("rented"), Owned("owned"));
        Sleep(planner, "owned");
        var task = Pending("ask", Shape(gb: 20));

        Assert.Null(Assert.Single(planner.Plan([task], Start)).Placement);
        var read = RecordingJson.Read(RecordingJson.Write(planner.Record([task], Start)));
        Assert.Null(Assert.Single(read.Replay()).Node);
        Assert.Equal("rented", planner.Submit(Pending("large", Shape(gb: 80)), Start)!.NodeId);
    }

    private static void Sleep(MeshPlanner planner, string nodeId)
    {
        planner.SetAvailable(nodeId, false);
        planner.SetAsleep(nodeId, asleep: true);
    }

    private static void Wake(MeshPlanner planner, string nodeId)
    {
        planner.SetAsleep(nodeId, asleep: false);
        planner.SetAvailable(nodeId, true);
    }

    private static NodeFacts Owned(string id) => Node(id, 9, Gpu("NVIDIA GeForce RTX 4090", 24));

    private static NodeFacts Rented(string id, int slots = 9) =>
        Node(id, slots, Gpu("NVIDIA H100", 80), Gpu("NVIDIA H100", 80)) with { Price = new NodePrice(NodeTenure.OnDemand, 2) };

    private static MeshPlanner With(params NodeFacts[] nodes) => With(new PlannerSettings { WakeWait = Wait }, nodes);

    private static MeshPlanner With(PlannerSettings settings, params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(settings);
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
