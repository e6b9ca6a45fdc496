using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class LinkedGpuTests
{
    // Pairs 0-2 and 1-3 have a link of their own; the others reach each other over PCI Express.
    private static readonly string[][] TwoPairs = [["X", "PIX", "NV4", "SYS"], ["PIX", "X", "SYS", "NV4"], ["NV4", "SYS", "X", "PIX"], ["SYS", "NV4", "PIX", "X"]];

    [Theory]
    [InlineData(PlacementProfile.Balanced, 0)]
    [InlineData(PlacementProfile.Balanced, 5)]
    [InlineData(PlacementProfile.Balanced, 9)]
    [InlineData(PlacementProfile.Cost, 5)]
    [InlineData(PlacementProfile.Pack, 5)]
    public void A_task_with_several_gpus_gets_linked_ones(PlacementProfile profile, int priority)
    {
        var planner = With(profile, Quad("n") with { Links = GpuLinks.Of(TwoPairs) });

        var first = planner.Submit(Pending("first", Shape(2, gb: 80), priority), Start)!;
        var second = planner.Submit(Pending("second", Shape(2, gb: 80), priority), Start)!;

        Assert.Equal([0, 2], first.Gpus);
        Assert.Equal([1, 3], second.Gpus);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void Of_equal_nodes_the_one_with_linked_gpus_is_taken_and_explain_shows_the_term(int priority)
    {
        var planner = With(PlacementProfile.Balanced, Quad("a"), Quad("b") with { Links = GpuLinks.Of(TwoPairs) }, Quad("c"));

        Assert.Equal("b", planner.Submit(Pending("t", Shape(2, gb: 80), priority), Start)!.NodeId);

        var answers = planner.Explain("t", Start)!.Nodes.ToDictionary(node => node.NodeId);
        Assert.Equal(1, answers["b"].Terms["linked"]);
        Assert.Equal(0, answers["a"].Terms["linked"]);
    }

    [Fact]
    public void Links_do_not_send_an_urgent_task_to_slower_gpus()
    {
        var planner = With(
            PlacementProfile.Balanced,
            Node("linked", 9, Gpu("NVIDIA A40", 48), Gpu("NVIDIA A40", 48)) with { Links = GpuLinks.Of([["X", "NV4"], ["NV4", "X"]]) },
            Node("fast", 9, Gpu("NVIDIA H100", 80), Gpu("NVIDIA H100", 80)));

        Assert.Equal("fast", planner.Submit(Pending("t", Shape(2, gb: 40), priority: 9), Start)!.NodeId);
    }

    [Fact]
    public void A_task_with_one_gpu_is_placed_as_if_nothing_were_linked()
    {
        var planner = With(PlacementProfile.Balanced, Quad("a"), Quad("b") with { Links = GpuLinks.Of(TwoPairs) });

        Assert.Equal(("a", 0), planner.Submit(Pending("t", Shape(1, gb: 80)), Start) is { } placed ? (placed.NodeId, placed.Gpus[0]) : default);
        Assert.DoesNotContain("linked", planner.Explain("t", Start)!.Nodes[0].Terms.Keys);
    }

    [Fact]
    public void Gpus_that_are_taken_or_of_another_type_are_never_part_of_a_linked_set() =>
        Gen.Select(Gen.Int[0, 5].Array[15], Gen.Int[2, 4], Gen.Int[0, 3].Array[6], Gen.Int[0, 2]).Sample(
            (links, gpus, kinds, number) =>
            {
                var node = Node("n", 9, [.. kinds.Select(kind => Gpu(kind == 0 ? "NVIDIA H100" : "NVIDIA A40", 24 << (kind % 2)))]) with { Links = SixLinkedBy(links) };
                var planner = With((PlacementProfile)number, node);
                var task = Pending("t", Shape(gpus, gb: 30, type: "A40"));
                var suitable = kinds.Count(kind => kind is 1 or 3);

                var placement = planner.Submit(task, Start);

                Assert.Equal(suitable >= gpus, placement is not null);
                Assert.All(placement?.Gpus ?? [], gpu => Assert.True(kinds[gpu] is 1 or 3));
                Assert.Equal(placement?.Gpus.Count ?? 0, placement?.Gpus.Distinct().Count() ?? 0);
                planner.CheckInvariants();
            },
            iter: 300);

    [Fact]
    public void Two_gpus_are_never_worse_linked_than_any_other_two_of_equal_ones() =>
        Gen.Int[0, 5].Array[15].Sample(
            links =>
            {
                var told = SixLinkedBy(links);
                var planner = With(PlacementProfile.Balanced, Node("n", 9, [.. Enumerable.Repeat(Gpu("NVIDIA A40", 48), 6)]) with { Links = told });
                var gpus = planner.Submit(Pending("t", Shape(2, gb: 30)), Start)!.Gpus;
                var best = Enumerable.Range(0, 6).SelectMany(one => Enumerable.Range(one + 1, 5 - one).Select(other => told?.Between(one, other) ?? 0)).Max();

                Assert.Equal(best, told?.Between(gpus[0], gpus[1]) ?? 0);
            },
            iter: 300);

    [Fact]
    public void Links_are_recorded_and_decide_again_in_the_same_way()
    {
        var planner = With(PlacementProfile.Balanced, Quad("n") with { Links = GpuLinks.Of(TwoPairs) });

        var read = RecordingJson.Read(RecordingJson.Write(planner.Record([Pending("ask", Shape(2, gb: 80))], Start)));

        Assert.Equal([0, 2], read.Replay()[0].Gpus);
    }

    [Fact]
    public void What_is_no_table_of_links_tells_nothing()
    {
        Assert.Null(GpuLinks.Of([]));
        Assert.Null(GpuLinks.Of([["X"]]));
        Assert.Null(GpuLinks.Of([["X", "NV4"], ["NV4"]]));
        Assert.Null(GpuLinks.Of([["X", "SYS"], ["SYS", "X"]]));
        Assert.Null(GpuLinks.Of([["X", null], ["NV4", "X"]]));
        Assert.Equal(0, GpuLinks.Of([["X", "NV4"], ["NV4", "X"]])!.Between(0, 7));
    }

    /// <summary>Six GPUs; a number for each of their fifteen pairs.</summary>
    private static GpuLinks? SixLinkedBy(int[] links)
    {
        string[] names = ["NV2", "PIX", "PXB", "PHB", "NODE", "SYS"];
        var table = Enumerable.Range(0, 6).Select(_ => new string[6]).ToArray();
        var pair = 0;
        for (var one = 0; one < 6; one++)
        {
            for (var other = one + 1; other < 6; other++)
            {
                table[one][other] = table[other][one] = names[links[pair++]];
            }
        }

        return GpuLinks.Of(table);
    }

    private static NodeFacts Quad(string id) => Node(id, 9, [.. Enumerable.Repeat(Gpu("NVIDIA A100-SXM4-80GB", 80), 4)]);

    private static MeshPlanner With(PlacementProfile profile, params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = profile });
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
