using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Routing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Which node serves a request for a model.</summary>
public sealed class ModelRoutingTests
{
    private int submitted;

    [Fact]
    public void A_request_goes_to_the_node_that_has_the_model_in_memory()
    {
        var planner = PlannerWith(Serving("cold", slots: 4, available: "m"), Serving("warm", slots: 4, available: "m", loaded: "m"));

        Assert.Equal(["warm", "warm"], Place(planner, 2));
    }

    [Fact]
    public void A_warm_node_is_not_swamped_while_another_idles()
    {
        var planner = PlannerWith(Serving("cold", slots: 8, available: "m"), Serving("warm", slots: 8, available: "m", loaded: "m"));

        var nodes = Place(planner, 16);

        // Half of its slots ahead of the idle node, the warm one shares; together they take all sixteen.
        Assert.All(nodes[..4], node => Assert.Equal("warm", node));
        Assert.Contains("cold", nodes[..8]);
        Assert.Equal(8, nodes.Count(node => node == "cold"));
    }

    [Fact]
    public void A_full_mesh_lets_requests_wait_by_priority_and_says_why()
    {
        var planner = PlannerWith(Serving("n", slots: 1, available: "m", loaded: "m"));
        Place(planner, 1);

        Assert.Null(planner.Submit(Request("later", priority: 2), Start));
        Assert.Null(planner.Submit(Request("sooner", priority: 8), Start));
        Assert.Equal("fits 1 node, but it cannot take it now: no slot is free on 1 node", planner.WhyWaiting([ShapeFor("m")]));
        planner.Release("request-1", 1);

        Assert.Equal("sooner", Assert.Single(planner.Drain(Start, limit: 10)).Task.TaskId);
    }

    [Fact]
    public void A_request_for_a_model_that_no_node_has_waits_with_the_models_that_exist_and_starts_when_it_appears()
    {
        var planner = PlannerWith(Serving("n", slots: 1, available: "other"));

        Assert.Null(planner.Submit(Request("t"), Start));
        Assert.Equal("no node has the model 'm'; the mesh has other", planner.WhyWaiting([ShapeFor("m")]));
        var refusal = planner.Explain("t", Start)!.Nodes.Single().Refusals.Single();
        Assert.Equal(("model_not_available", "does not have the model 'm'; it has other"), (refusal.Code, refusal.Message));

        planner.UpsertNode(Serving("n", slots: 1, available: "m"), available: true);
        Assert.Equal("n", Assert.Single(planner.Drain(Start, limit: 10)).NodeId);
    }

    [Fact]
    public void A_node_that_does_not_tell_its_models_serves_any()
    {
        var planner = PlannerWith(Serving("n", slots: 1, available: "m") with { Models = null });

        Assert.Equal(["n"], Place(planner, 1));
    }

    [Fact]
    public void Requests_leave_the_slots_of_other_work_alone()
    {
        var planner = PlannerWith(Serving("n", slots: 1, available: "m") with { MaxParallel = 2 });
        Place(planner, 1);

        Assert.Null(planner.Submit(Request("second"), Start));
        Assert.NotNull(planner.Submit(Pending("other", new TaskShape("embeddings", 0, 0, null)), Start));
    }

    [Fact]
    public void A_conversation_stays_on_its_node_while_that_has_room_and_moves_when_it_has_none()
    {
        var planner = PlannerWith(
            Serving("one", slots: 2, available: "m", loaded: "m"), Serving("two", slots: 2, available: "m", loaded: "m"));
        var home = planner.Submit(Request("a") with { Session = "talk" }, Start)!.NodeId;

        Assert.Equal(home, planner.Submit(Request("b") with { Session = "talk" }, Start)!.NodeId);
        var elsewhere = planner.Submit(Request("c") with { Session = "talk" }, Start)!.NodeId;
        Assert.NotEqual(home, elsewhere);
        planner.Release("a", 1);
        planner.Release("c", 1);
        Assert.Equal(elsewhere, planner.Submit(Request("d") with { Session = "talk" }, Start)!.NodeId);
    }

    [Fact]
    public void A_conversation_does_not_go_back_to_a_node_that_just_failed_it()
    {
        var planner = PlannerWith(
            Serving("one", slots: 2, available: "m", loaded: "m"), Serving("two", slots: 2, available: "m", loaded: "m"));
        var home = planner.Submit(Request("a") with { Session = "talk" }, Start)!.NodeId;
        planner.Requeue("a", 1);

        Assert.NotEqual(home, Assert.Single(planner.Drain(Start, limit: 1)).NodeId);
    }

    [Fact]
    public void The_conversation_that_was_silent_for_longest_is_forgotten_first()
    {
        var sessions = new SessionTable(capacity: 2);
        sessions.Remember("a", 1);
        sessions.Remember("b", 2);
        sessions.Remember("a", 3);
        sessions.Remember("c", 4);
        sessions.Remember(null, 5);

        Assert.Equal((3, null, 4, 2), (sessions.Find("a"), sessions.Find("b"), sessions.Find("c"), sessions.Count));
    }

    [Fact]
    public void Whatever_comes_and_goes_no_node_serves_more_than_its_slots_and_nobody_waits_beside_a_free_one()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(0, 4)
                .Select(i => Serving($"n{i}", slots: random.Next(1, 4), available: random.Next(2) == 0 ? "m" : "k", loaded: random.Next(2) == 0 ? "m" : "k"))
                .ToArray();
            var planner = PlannerWith(nodes);
            var running = new List<Placement>();
            for (var step = 0; step < 40; step++)
            {
                if (running.Count > 0 && random.Next(3) == 0)
                {
                    var ended = running[random.Next(running.Count)];
                    running.Remove(ended);
                    Assert.True(planner.Release(ended.Task.TaskId, ended.Attempt));
                    running.AddRange(planner.Drain(Start, limit: 100));
                }
                else if (planner.Submit(Request($"t{step}", model: random.Next(2) == 0 ? "m" : "k"), Start) is { } placement)
                {
                    running.Add(placement);
                }

                foreach (var node in nodes)
                {
                    var here = running.Where(placed => placed.NodeId == node.NodeId).ToList();
                    Assert.True(here.Count <= node.Models!.Slots, $"seed {seed}: {node.NodeId} serves {here.Count} of {node.Models.Slots}");
                    Assert.All(here, placed => Assert.Contains(placed.Task.Shape.Model!, node.Models.Available));
                    var waits = Enumerable.Range(0, step + 1).Select(i => planner.FindQueued($"t{i}")).OfType<PendingTask>()
                        .Any(task => node.Models.Available.Contains(task.Shape.Model!));
                    Assert.False(waits && here.Count < node.Models.Slots, $"seed {seed}: a request waits beside a free slot of {node.NodeId}");
                }

                planner.CheckInvariants();
            }
        }
    }

    private static NodeFacts Serving(string id, int slots, string available, string? loaded = null) =>
        new(id, 1, [], 64, new HashSet<string> { "llm_inference", "embeddings" })
        {
            Models = new ModelFacts(new HashSet<string> { available }, new HashSet<string> { loaded ?? "" }, slots),
        };

    private static TaskShape ShapeFor(string model) => new("llm_inference", 0, 0, null) { Model = model };

    private static PendingTask Request(string id, int priority = 5, string model = "m") => Pending(id, ShapeFor(model), priority);

    private string[] Place(MeshPlanner planner, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => planner.Submit(Request($"request-{++submitted}"), Start)!.NodeId)];
}
