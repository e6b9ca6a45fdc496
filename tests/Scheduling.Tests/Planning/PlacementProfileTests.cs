using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class PlacementProfileTests
{
    [Theory]
    [InlineData(PlacementProfile.Balanced, false)]
    [InlineData(PlacementProfile.Pack, true)]
    public void Packing_keeps_a_whole_gpu_for_the_large_tasks_that_it_has_seen(PlacementProfile profile, bool largeFits)
    {
        var planner = WithNodes(new PlannerSettings { Profile = profile }, Node("a", 9, Gpu("A", 24)), Node("b", 9, Gpu("A", 24)));
        for (var seen = 0; seen < PackingLearns; seen++)
        {
            Assert.NotNull(planner.Submit(Pending($"s{seen}", Shape(gb: seen % 2 == 0 ? 8 : 24)), Start));
            planner.Release($"s{seen}", 1);
        }

        planner.Submit(Pending("one", Shape(gb: 8)), Start);
        planner.Submit(Pending("two", Shape(gb: 8)), Start);

        Assert.Equal(largeFits, planner.Submit(Pending("large", Shape(gb: 24)), Start) is not null);
        Assert.Equal(largeFits, planner.FindPlacement("one")!.NodeId == planner.FindPlacement("two")!.NodeId);
    }

    [Fact]
    public void A_place_that_packing_chose_is_explained_by_the_room_it_keeps()
    {
        var planner = WithNodes(new PlannerSettings { Profile = PlacementProfile.Pack }, Node("a", 9, Gpu("A", 24)));
        planner.Submit(Pending("t", Shape(gb: 8)), Start);

        var answer = Assert.Single(planner.Explain("t", Start)!.Nodes);

        Assert.Equal(["room_kept"], answer.Terms.Keys);
        Assert.InRange(answer.Score!.Value, 0, 1);
    }

    [Fact]
    public void Of_a_node_with_different_gpus_packing_takes_one_that_the_task_accepts()
    {
        var planner = WithNodes(new PlannerSettings { Profile = PlacementProfile.Pack }, Node("a", 9, Gpu("A40", 48), Gpu("H100", 80)));

        Assert.Equal([1], planner.Submit(Pending("t", Shape(gb: 8, type: "H100")), Start)!.Gpus);
    }

    [Fact]
    public void Cost_takes_what_is_owned_and_then_what_does_the_work_for_least()
    {
        // The H100 costs twice what the A40 does and is several times as fast.
        var planner = WithNodes(
            new PlannerSettings { Profile = PlacementProfile.Cost },
            Node("slow", 1, Gpu("NVIDIA A40", 48)) with { Price = new NodePrice(NodeTenure.OnDemand, 1) },
            Node("fast", 1, Gpu("NVIDIA H100", 80)) with { Price = new NodePrice(NodeTenure.OnDemand, 2) },
            Node("owned", 1, Gpu("NVIDIA GeForce RTX 3090", 24)) with { Price = new NodePrice(NodeTenure.Owned, 0.1) });

        string[] order = [.. Enumerable.Range(0, 3).Select(number => planner.Submit(Pending($"t{number}", Shape(gb: 8)), Start)!.NodeId)];

        Assert.Equal(["owned", "fast", "slow"], order);
    }

    [Fact]
    public void A_task_may_choose_where_the_operator_allows()
    {
        var planner = WithNodes(
            new PlannerSettings { TasksMayChooseProfile = true },
            Node("rented", 9, Gpu("NVIDIA H100", 80)) with { Price = new NodePrice(NodeTenure.OnDemand, 2) },
            Node("owned", 9, Gpu("NVIDIA GeForce RTX 3090", 24)));

        Assert.Equal("rented", planner.Submit(Pending("a", Shape(gb: 8), priority: 10), Start)!.NodeId);
        Assert.Equal("owned", planner.Submit(Pending("b", Shape(gb: 8), priority: 10) with { Profile = PlacementProfile.Cost }, Start)!.NodeId);
    }

    private const int PackingLearns = 64;

    private static MeshPlanner WithNodes(PlannerSettings settings, params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(settings);
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
