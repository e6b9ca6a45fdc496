using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Sharing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Tasks of several nodes: all of them at once or none.</summary>
public sealed class GangTests
{
    [Theory]
    [InlineData(PlacementProfile.Balanced)]
    [InlineData(PlacementProfile.Pack)]
    [InlineData(PlacementProfile.Cost)]
    public void A_gang_gets_a_place_on_as_many_different_nodes_as_it_needs(PlacementProfile profile)
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = profile });
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            planner.UpsertNode(Node(id, 4, Gpu("A", 24), Gpu("A", 24)), available: true);
        }

        var placement = planner.Submit(Pending("gang", Gang(3, gpus: 2, gb: 20)), Start)!;

        Assert.Equal(3, placement.Gang!.Select(member => member.NodeId).Distinct().Count());
        Assert.All(placement.Gang!, member => Assert.Equal([0, 1], member.Gpus));
        Assert.Equal((placement.Gang![0].NodeId, placement.Gang[0].NodeEpoch), (placement.NodeId, placement.NodeEpoch));
        Assert.All(placement.Gang!, member => Assert.Equal([10 * Gb, 10 * Gb], Reserved(planner, member.NodeId)));
        Assert.All(placement.Gang!, member => Assert.Equal(member.NodeId, Assert.Single(planner.PlacementsOn(member.NodeId)).NodeId));
        Assert.Equal(1, planner.PlacedCount);
        planner.CheckInvariants();

        Assert.True(planner.Complete("gang", 1, Start));
        Assert.All(planner.Nodes, node => Assert.Equal(0, node.PlacedCount));
        planner.CheckInvariants();
    }

    [Fact]
    public void A_gang_that_fits_too_few_nodes_holds_nothing_and_says_what_it_needs()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("b", 4, Gpu("A", 24)), Node("c", 4, Gpu("A", 24)));
        planner.Submit(Pending("other", Shape(gb: 20)), Start);

        Assert.Null(planner.Submit(Pending("gang", Gang(3, gb: 20)), Start));

        Assert.Equal(1, planner.Nodes.Sum(node => node.PlacedCount));
        var explanation = planner.Explain("gang", Start)!;
        Assert.Equal(
            "needs 3 nodes at once, 20 GB on one GPU on each; 2 of the 3 that could run it are free now: 1 node has at most 4 GB per GPU free of the 20 GB that it needs",
            explanation.Summary.Split("; nobody")[0]);
        Assert.Equal(new RequirementChange("memory_gb", "with memory_gb 4 instead of 20 it would start now"), explanation.SmallestChange);
        Assert.Equal(["gpu_memory_not_free"], explanation.Nodes.SelectMany(node => node.Refusals).Select(refusal => refusal.Code));

        planner.Release("other", 1);
        Assert.Equal(3, Assert.Single(planner.Drain(Start, 10)).Gang!.Count);
        Assert.StartsWith("attempt 1 is on 3 nodes, ", planner.Explain("gang", Start)!.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain(planner.Explain("gang", Start)!.Nodes, node => node.Refusals.Count > 0);
    }

    [Fact]
    public void A_gang_of_more_nodes_than_there_are_says_how_many_it_fits()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("b", 4, Gpu("B", 24)));
        planner.Submit(Pending("gang", Gang(2, gb: 20) with { GpuType = "A" }), Start);

        Assert.Equal("needs 2 nodes at once, 20 GB on one GPU on each; only 1 here could run it", planner.Explain("gang", Start)!.Summary.Split("; nobody")[0]);
        Assert.Equal("nodes", planner.Explain("gang", Start)!.SmallestChange?.Field);
    }

    [Fact]
    public void Two_gangs_that_each_want_more_than_half_of_the_mesh_run_one_after_the_other()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)), Node("b", 1, Gpu("A", 24)), Node("c", 1, Gpu("A", 24)));
        planner.Enqueue(Pending("one", Gang(2, gb: 20)));
        planner.Enqueue(Pending("two", Gang(2, gb: 20), minutes: 1));

        Assert.Equal("one", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);
        Assert.True(planner.Complete("one", 1, Start));
        Assert.Equal("two", Assert.Single(planner.Drain(Start, 10)).Task.TaskId);
    }

    [Fact]
    public void A_member_that_ended_gives_its_node_back_and_the_others_keep_theirs()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)), Node("b", 1, Gpu("A", 24)));
        var gang = planner.Submit(Pending("gang", Gang(2, gb: 20)), Start)!;

        Assert.True(planner.ReleaseMember("gang", 1, gang.NodeId));
        Assert.False(planner.ReleaseMember("gang", 1, gang.NodeId));
        Assert.False(planner.ReleaseMember("gang", 2, gang.Gang![1].NodeId));
        planner.CheckInvariants();
        Assert.Equal([gang.Gang![1].NodeId], planner.FindPlacement("gang")!.OpenNodes());
        Assert.Empty(planner.PlacementsOn(gang.NodeId));
        Assert.Equal(gang.NodeId, planner.Submit(Pending("other", Shape(gb: 20)), Start)!.NodeId);

        Assert.True(planner.Requeue("gang", 1));
        planner.CheckInvariants();
        Assert.Equal(1, planner.Nodes.Sum(node => node.PlacedCount));
    }

    [Fact]
    public void A_restored_gang_holds_what_its_open_members_hold()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)), Node("b", 1, Gpu("A", 24)), Node("c", 1, Gpu("A", 24)));
        GangMember[] members = [new("a", 1, [0]), new("b", 1, [0]) { HasEnded = true }, new("c", 1, [0])];

        planner.Restore(new Placement(Pending("gang", Gang(3, gb: 20)), 1, "a", 1, [0]) { Gang = members }, Start);

        Assert.Equal([1, 0, 1], planner.Nodes.Select(node => node.PlacedCount));
        planner.CheckInvariants();
        Assert.True(planner.Requeue("gang", 1, avoid: "c"));
        Assert.Equal("c", planner.FindQueued("gang")!.AvoidNode);
    }

    [Fact]
    public void The_next_attempt_leaves_out_the_node_that_failed_the_last_one_where_it_can()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("b", 4, Gpu("A", 24)), Node("c", 4, Gpu("A", 24)));
        var first = planner.Submit(Pending("gang", Gang(2, gb: 20)), Start)!;
        var bad = first.Gang![1].NodeId;

        planner.Requeue("gang", 1, avoid: bad);
        var second = planner.Drain(Start, 1).Single();

        Assert.DoesNotContain(bad, second.Gang!.Select(member => member.NodeId));
        Assert.Equal(2, second.Attempt);
    }

    [Fact]
    public void A_place_on_each_of_its_nodes_is_kept_for_a_gang_that_waits_long()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)), Node("b", 1, Gpu("A", 24)), Node("c", 1, Gpu("A", 24)));
        planner.Submit(Timed("short", 10), Start);
        planner.Submit(Timed("long", 90), Start);
        planner.Submit(Timed("middle", 30), Start);
        planner.Submit(Pending("gang", Gang(2, gb: 20)), Start);
        planner.KeepPlace(Start.AddMinutes(6));
        planner.Submit(Timed("later", 60) with { SubmittedAt = Start.AddMinutes(7) }, Start.AddMinutes(7));
        planner.Submit(Timed("brief", 10) with { SubmittedAt = Start.AddMinutes(8) }, Start.AddMinutes(8));
        Assert.Contains("a place on each of", planner.Explain("gang", Start.AddMinutes(9))!.Summary, StringComparison.Ordinal);

        // One of its places is free from here on: who ends before the other is may have it.
        planner.Complete("short", 1, Start.AddMinutes(10));
        Assert.Equal("brief", Assert.Single(planner.Drain(Start.AddMinutes(10), 9)).Task.TaskId);
        planner.Complete("brief", 1, Start.AddMinutes(20));
        Assert.Empty(planner.Drain(Start.AddMinutes(20), 9));
        planner.Complete("middle", 1, Start.AddMinutes(30));

        Assert.Equal("gang", planner.Drain(Start.AddMinutes(30), 9)[0].Task.TaskId);
    }

    [Fact]
    public void A_kept_place_is_given_up_on_all_its_nodes_when_one_of_them_goes()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)), Node("b", 1, Gpu("A", 24)), Node("c", 1, Gpu("A", 24)));
        planner.Submit(Timed("running", 60), Start);
        planner.Submit(Pending("gang", Gang(3, gb: 20)), Start);
        planner.KeepPlace(Start.AddMinutes(6));
        planner.SetAvailable("b", available: false);
        planner.KeepPlace(Start.AddMinutes(7));

        Assert.NotNull(planner.Submit(Timed("other", 60) with { SubmittedAt = Start.AddMinutes(8) }, Start.AddMinutes(8)));
    }

    [Fact]
    public void The_GPUs_of_all_nodes_count_for_a_quota()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("b", 4, Gpu("A", 24)), Node("c", 4, Gpu("A", 24)));
        planner.SetTenant("t", new TenantPolicy(1, 2));

        Assert.Null(planner.Submit(Pending("three", Gang(3, gb: 4) with { Tenant = "t" }), Start));
        Assert.Equal("needs 3 GPUs, more than the quota of tenant 't' ever allows at once (2)", planner.Explain("three", Start)!.Summary.Split("; nobody")[0]);
        Assert.NotNull(planner.Submit(Pending("two", Gang(2, gb: 4) with { Tenant = "t" }), Start));
        Assert.Equal(2, planner.Tenants(Start).Single(use => use.Tenant == "t").GpusInUse);
    }

    [Fact]
    public void Nodes_whose_agent_knows_no_gangs_get_none()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("old", 4, Gpu("A", 24)) with { TakesGangs = false });

        Assert.Null(planner.Submit(Pending("gang", Gang(2, gb: 4)), Start));
        Assert.Equal("no_gangs", Assert.Single(planner.Explain("gang", Start)!.Nodes.Single(node => node.NodeId == "old").Refusals).Code);
        Assert.NotNull(planner.Submit(Pending("single", Shape(gb: 20)), Start));
    }

    [Fact]
    public void Nobody_leaves_for_a_gang_and_no_gang_leaves()
    {
        var planner = new MeshPlanner(new PlannerSettings { Preemption = true });
        planner.UpsertNode(Node("a", 1, Gpu("A", 24)), available: true);
        planner.UpsertNode(Node("b", 1, Gpu("A", 24)), available: true);
        planner.Submit(Pending("low", Gang(2, gb: 20), priority: 0, minutes: 1), Start);
        planner.Submit(Pending("single", Shape(gb: 20), priority: 7), Start);
        planner.Submit(Pending("gang", Gang(2, gb: 20), priority: 7), Start);

        Assert.Null(planner.Preempt(Start));
        Assert.Contains("1 of several nodes", planner.Explain("single", Start)!.Summary, StringComparison.Ordinal);
        Assert.Contains("nobody is asked to leave for a task of several nodes", planner.Explain("gang", Start)!.Summary, StringComparison.Ordinal);
    }

    private static TaskShape Gang(int nodes, int gpus = 1, long gb = 0) => Shape(gpus, gb) with { MemoryBytesPerGpu = gb * Gb / gpus, Nodes = nodes };

    private static PendingTask Timed(string id, int minutes) => Pending(id, Shape(gb: 20)) with { Duration = TimeSpan.FromMinutes(minutes) };

    private static IEnumerable<long> Reserved(MeshPlanner planner, string nodeId) => planner.Nodes.Single(node => node.Facts.NodeId == nodeId).ReservedBytes;
}
