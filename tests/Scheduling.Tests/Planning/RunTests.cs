using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class RunTests
{
    private static readonly TaskShape NoGpu = Shape(gpus: 0);

    [Fact]
    public void In_a_flood_tasks_that_need_a_slot_alone_follow_each_other_to_a_node()
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 100));
        planner.PlacesInRuns = true;

        var nodes = Submit(planner, NoGpu, 3 * MeshPlanner.RunMax);

        Assert.Equal(Enumerable.Range(0, 3).SelectMany(node => Enumerable.Repeat($"n{node}", MeshPlanner.RunMax)), nodes);
    }

    [Fact]
    public void Without_a_flood_they_take_turns()
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 100));

        Assert.Equal(["n0", "n1", "n2", "n0", "n1", "n2"], Submit(planner, NoGpu, 6));
    }

    [Fact]
    public void A_run_ends_where_the_node_has_no_slot_left()
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 2));
        planner.PlacesInRuns = true;

        Assert.Equal(["n0", "n0", "n1", "n1", "n2", "n2", null], Submit(planner, NoGpu, 7));
    }

    [Fact]
    public void A_run_passes_a_node_that_is_busier_by_more_than_a_run()
    {
        var planner = PlannerWith(Nodes(2, maxParallel: 100));
        var nodes = Submit(planner, NoGpu, 60);
        foreach (var number in Enumerable.Range(0, 60).Where(number => nodes[number] == "n1"))
        {
            planner.Release($"t{number}", 1);
        }

        planner.PlacesInRuns = true;

        Assert.Equal("n1", Submit(planner, NoGpu, 1, from: 60)[0]);
    }

    [Fact]
    public void Runs_whose_tasks_have_ended_go_round_all_nodes_whatever_small_difference_in_load_they_have()
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 100));
        planner.ObserveLoad("n0", Load(0.3));
        planner.ObserveLoad("n1", Load(0.2));
        planner.PlacesInRuns = true;
        var begun = new List<string?>();
        for (var run = 0; run < 6; run++)
        {
            begun.Add(Submit(planner, NoGpu, MeshPlanner.RunMax, from: run * MeshPlanner.RunMax)[0]);
            for (var number = 0; number < MeshPlanner.RunMax; number++)
            {
                planner.Release($"t{(run * MeshPlanner.RunMax) + number}", 1);
            }
        }

        Assert.Equal(["n0", "n1", "n2", "n0", "n1", "n2"], begun);
    }

    [Fact]
    public void A_run_that_the_flood_did_not_fill_is_not_taken_up_by_the_next()
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 100));
        planner.PlacesInRuns = true;
        Submit(planner, NoGpu, 2);
        planner.PlacesInRuns = false;
        Assert.Equal(["n1"], Submit(planner, NoGpu, 1, from: 2));
        planner.PlacesInRuns = true;

        Assert.Equal(["n1", "n1"], Submit(planner, NoGpu, 2, from: 3));
    }

    [Fact]
    public void Each_kind_of_task_has_its_own_run()
    {
        var planner = PlannerWith(Nodes(2, maxParallel: 100));
        planner.PlacesInRuns = true;

        var nodes = Enumerable.Range(0, MeshPlanner.RunMax)
            .Select(number => (Submit(planner, NoGpu, 1, 2 * number)[0], Submit(planner, NoGpu with { TaskType = "test" }, 1, (2 * number) + 1)[0]));

        // By one run for both the second half would go to the next node.
        Assert.All(nodes, pair => Assert.Equal(("n0", "n0"), pair));
    }

    public static TheoryData<TaskShape> NeedMore =>
    [
        Shape(gpus: 1), NoGpu with { Host = new HostShare(1_000, 0) }, NoGpu with { Host = new HostShare(0, Gb) }, NoGpu with { AntiAffinity = "apart" },
    ];

    [Theory]
    [MemberData(nameof(NeedMore))]
    public void What_needs_more_than_a_slot_is_spread_in_a_flood_too(TaskShape shape)
    {
        var planner = PlannerWith(Nodes(3, maxParallel: 100));
        planner.PlacesInRuns = true;

        Assert.Equal(["n0", "n1", "n2"], Submit(planner, shape, 3));
    }

    [Fact]
    public void A_task_does_not_follow_to_the_node_that_it_avoids()
    {
        var planner = PlannerWith(Nodes(2, maxParallel: 100));
        planner.PlacesInRuns = true;
        Submit(planner, NoGpu, 1);

        Assert.Equal("n1", planner.Submit(Pending("again", NoGpu) with { Attempt = 1, AvoidNode = "n0" }, Start)?.NodeId);
    }

    private static NodeFacts[] Nodes(int count, int maxParallel) =>
        [.. Enumerable.Range(0, count).Select(number => Node($"n{number}", maxParallel, Gpu("NVIDIA A40", 48)) with { Host = new HostShare(64_000, 64 * Gb) })];

    private static string?[] Submit(MeshPlanner planner, TaskShape shape, int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(number => planner.Submit(Pending($"t{number}", shape), Start)?.NodeId)];
}
