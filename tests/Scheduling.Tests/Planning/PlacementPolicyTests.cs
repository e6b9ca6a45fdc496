using Aurora.Scheduling.Model;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class PlacementPolicyTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    public void High_priority_takes_the_most_powerful_gpu_even_when_it_is_busier(int priority)
    {
        var planner = PlannerWith(Node("a", 4, Gpu("NVIDIA A40", 48)), Node("b", 4, Gpu("NVIDIA H100 80GB HBM3", 80)));
        planner.ObserveLoad("b", Load(0.9, new GpuLoad(0, 50 * Gb, 0.9)));

        var placement = planner.Submit(Pending("t", Shape(gb: 20), priority), Start);

        Assert.Equal("b", placement?.NodeId);
    }

    [Fact]
    public void High_priority_takes_the_next_powerful_gpu_when_the_first_is_too_full()
    {
        var planner = PlannerWith(
            Node("a", 4, Gpu("NVIDIA A40", 48)), Node("b", 4, Gpu("NVIDIA H100", 80)), Node("c", 4, Gpu("Tesla T4", 16)));
        planner.ObserveLoad("b", Load(0, new GpuLoad(0, 70 * Gb, 0)));

        Assert.Equal("a", planner.Submit(Pending("t", Shape(gb: 12), 9), Start)?.NodeId);
    }

    [Fact]
    public void High_priority_takes_the_idler_of_two_equal_gpus()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("NVIDIA A40", 48), Gpu("NVIDIA A40", 48)));
        planner.ObserveLoad("a", Load(0, new GpuLoad(0, null, 0.5)));

        Assert.Equal([1], planner.Submit(Pending("t", Shape(), 9), Start)?.Gpus);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Normal_priority_fills_every_gpu_of_the_mesh_before_any_gets_a_second_task(int priority)
    {
        var planner = PlannerWith(
            Node("a", 8, Gpu("NVIDIA A40", 48), Gpu("NVIDIA A40", 48), Gpu("NVIDIA A40", 48)), Node("b", 8, Gpu("NVIDIA A40", 48)));

        var places = Enumerable.Range(0, 4)
            .Select(number => planner.Submit(Pending($"t{number}", Shape(gb: 8), priority), Start)!)
            .Select(placement => (placement.NodeId, placement.Gpus[0]));

        Assert.Equal([("a", 0), ("a", 1), ("a", 2), ("b", 0)], places.Order());
    }

    [Fact]
    public void Normal_priority_prefers_the_gpu_with_more_free_memory_and_less_utilisation()
    {
        var planner = PlannerWith(
            Node("full", 8, Gpu("A", 48)), Node("busy", 8, Gpu("A", 48)), Node("idle", 8, Gpu("A", 48)));
        planner.ObserveLoad("full", Load(0, new GpuLoad(0, 30 * Gb, 0)));
        planner.ObserveLoad("busy", Load(0, new GpuLoad(0, 0, 0.8)));

        Assert.Equal("idle", planner.Submit(Pending("t", Shape(gb: 8)), Start)?.NodeId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Low_priority_takes_the_least_loaded_node_whatever_its_gpus(int priority)
    {
        var planner = PlannerWith(
            Node("big", 8, Gpu("NVIDIA H100", 80), Gpu("NVIDIA H100", 80)), Node("small", 8, Gpu("Tesla T4", 16)));
        planner.ObserveLoad("big", Load(0.6, new GpuLoad(0, 70 * Gb, 1)));

        Assert.Equal("small", planner.Submit(Pending("t", Shape(gb: 2), priority), Start)?.NodeId);
    }

    [Fact]
    public void Equal_nodes_take_turns()
    {
        var planner = PlannerWith(Node("a", 1), Node("b", 1), Node("c", 1));

        var chosen = new List<string>();
        for (var number = 0; number < 6; number++)
        {
            var placement = planner.Submit(Pending($"t{number}", Shape(gpus: 0)), Start)!;
            chosen.Add(placement.NodeId);
            Assert.True(planner.Release(placement.Task.TaskId, 1));
        }

        Assert.Equal(["a", "b", "c", "a", "b", "c"], chosen);
    }

    [Fact]
    public void A_task_without_a_gpu_leaves_the_gpus_alone_where_it_can()
    {
        var planner = PlannerWith(Node("gpu", 1, Gpu("A", 24)), Node("cpu", 1));

        Assert.Equal(
            ["cpu", "gpu"],
            Enumerable.Range(0, 2).Select(number => planner.Submit(Pending($"t{number}", Shape(gpus: 0, gb: 99), 9), Start)!.NodeId));
    }

    [Fact]
    public void Several_gpus_are_different_ones_of_one_node()
    {
        var planner = PlannerWith(
            Node("one", 8, Gpu("A", 24)),
            Node("three", 8, Gpu("A", 24), Gpu("B", 80), Gpu("A", 24)),
            Node("other", 8, Gpu("B", 80), Gpu("B", 80)));

        var placement = planner.Submit(Pending("t", Shape(gpus: 2, gb: 24, type: "A")), Start);

        Assert.Equal("three", placement?.NodeId);
        Assert.Equal([0, 2], placement?.Gpus);
    }

    [Fact]
    public void An_idle_card_takes_a_task_of_its_whole_memory_beside_the_drivers_share()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("RTX 4090", 24)));
        planner.ObserveLoad("a", Load(0, new GpuLoad(0, Gb, 0)));

        Assert.Equal("a", planner.Submit(Pending("t", Shape(gb: 24)), Start)?.NodeId);
    }
}
