using Aurora.Scheduling.Packing;
using CsCheck;

namespace Aurora.Scheduling.Tests.Packing;

public sealed class PackingMeshTests
{
    private const ulong OnlyTypeOne = 1 << 1;

    [Fact]
    public void A_task_that_runs_anywhere_leaves_the_GPUs_that_others_need()
    {
        var picky = new PackDemand(1000, 1024, 1, 500, false, OnlyTypeOne);
        var easy = new PackDemand(1000, 1024, 1, 500, false, PackDemand.AnyType);
        var mesh = new PackingMesh(DemandMix.Of([picky, easy, easy]), new PackSettings());
        mesh.Add(new PackNode(64_000, 262_144, 2, gpuType: 1, unitsPerGpu: 1000));
        mesh.Add(new PackNode(64_000, 262_144, 2, gpuType: 0, unitsPerGpu: 1000));

        Assert.Equal(1, mesh.Choose(easy)!.Node);
        Assert.Equal(0, mesh.Choose(picky)!.Node);
    }

    [Fact]
    public void A_shared_task_fills_the_GPU_whose_rest_nobody_else_could_use()
    {
        var whole = new PackDemand(0, 0, 1, 0, true, PackDemand.AnyType);
        var half = new PackDemand(0, 0, 1, 500, false, PackDemand.AnyType);
        var mesh = new PackingMesh(DemandMix.Of([whole, half]), new PackSettings());
        mesh.Add(new PackNode(64_000, 262_144, 2, 0, 1000));
        mesh.Take(half, 0, [1]);

        Assert.Equal([1], mesh.Choose(half)!.Gpus);
        Assert.Equal([0], mesh.Choose(whole)!.Gpus);
    }

    [Fact]
    public void Cores_count_as_well_as_GPUs()
    {
        var hungry = new PackDemand(32_000, 1024, 1, 0, true, PackDemand.AnyType);
        var mesh = new PackingMesh(DemandMix.Of([hungry]), new PackSettings());
        mesh.Add(new PackNode(16_000, 262_144, 8, 0, 1000));

        Assert.Null(mesh.Choose(hungry));
    }

    [Fact]
    public void Capacity_is_never_exceeded_and_what_fits_is_never_refused() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 16_000], Gen.Int[0, 32_768], Gen.Int[1, 1000], Gen.Bool, Gen.Int[1, 7])
            .Select(drawn => new PackDemand(
                drawn.Item2, drawn.Item3, drawn.Item1, drawn.Item5 ? 0 : drawn.Item4, drawn.Item5, (ulong)drawn.Item6))
            .Array[1, 80]
            .Sample(
                demands =>
                {
                    var mesh = Given(demands);
                    var taken = new Dictionary<(int Node, int Gpu), int>();
                    foreach (var demand in demands)
                    {
                        var place = mesh.Choose(demand);
                        Assert.Equal(mesh.Nodes.Any(node => node.Fits(demand)), place is not null);
                        if (place is null)
                        {
                            continue;
                        }

                        mesh.Take(demand, place.Node, place.Gpus);
                        Assert.Equal(demand.Gpus, place.Gpus.Distinct().Count());
                        foreach (var gpu in place.Gpus)
                        {
                            var key = (place.Node, gpu);
                            taken[key] = taken.GetValueOrDefault(key) + (demand.Exclusive ? 1000 : demand.UnitsPerGpu);
                            Assert.InRange(taken[key], 1, 1000);
                        }

                        Assert.True(mesh.Nodes[place.Node] is { CpuMilli: >= 0, MemoryMib: >= 0 });
                    }
                },
                iter: 300);

    [Fact]
    public void The_same_tasks_get_the_same_places_and_a_task_that_ends_leaves_no_trace()
    {
        PackDemand[] demands = [new(4000, 8192, 1, 300, false, PackDemand.AnyType), new(8000, 16_384, 2, 0, true, OnlyTypeOne)];
        var (one, other) = (Given(demands), Given(demands));
        var first = one.Choose(demands[0])!;
        one.Take(demands[0], first.Node, first.Gpus);
        one.Return(demands[0], first.Node, first.Gpus);
        other.Turnover.Placed();
        other.Turnover.Ended();

        foreach (var demand in demands)
        {
            var (here, there) = (one.Choose(demand)!, other.Choose(demand)!);
            Assert.Equal((there.Node, there.Cost), (here.Node, here.Cost));
            Assert.Equal(there.Gpus, here.Gpus);
        }
    }

    [Fact]
    public void Where_tasks_end_an_empty_node_is_kept_for_a_large_task_that_is_rare()
    {
        var large = new PackDemand(0, 0, 4, 0, true, PackDemand.AnyType);
        var small = new PackDemand(0, 0, 1, 0, true, PackDemand.AnyType);
        var seldom = new PackDemand(0, 0, 1, 0, true, OnlyTypeOne);
        var mesh = new PackingMesh(DemandMix.Of([large, large, .. Enumerable.Repeat(small, 30), .. Enumerable.Repeat(seldom, 6)]), new PackSettings());
        mesh.Add(new PackNode(64_000, 262_144, 4, gpuType: 0, unitsPerGpu: 1000));
        mesh.Add(new PackNode(64_000, 262_144, 2, gpuType: 1, unitsPerGpu: 1000));

        Assert.Equal(0, mesh.Choose(small)!.Node);
        for (var task = 0; task < 5000; task++)
        {
            mesh.Turnover.Placed();
            mesh.Turnover.Ended();
        }

        Assert.Equal(1, mesh.Choose(small)!.Node);
    }

    [Theory]
    [InlineData(0, 0, 5, nameof(PackSettings.ChurnSizeWeight))]
    [InlineData(0, 0, 1, nameof(PackSettings.ChurnShareWeight), 2)]
    public void A_setting_for_churn_out_of_range_is_refused_by_name(double scarcity, double discount, double size, string field, double share = 1) =>
        Assert.Equal(field, Assert.Throws<ArgumentException>(() => new PackSettings(scarcity, discount, size, share).Validate()).ParamName);

    [Theory]
    [InlineData(-0.1, 0, nameof(PackSettings.Scarcity))]
    [InlineData(1, 1.5, nameof(PackSettings.SizeDiscount))]
    public void A_setting_out_of_range_is_refused_by_name(double scarcity, double discount, string field) =>
        Assert.Equal(field, Assert.Throws<ArgumentException>(() => new PackingMesh(DemandMix.Of([]), new PackSettings(scarcity, discount))).ParamName);

    private static PackingMesh Given(IReadOnlyList<PackDemand> mix)
    {
        var mesh = new PackingMesh(DemandMix.Of(mix), new PackSettings());
        mesh.Add(new PackNode(32_000, 65_536, 4, 0, 1000));
        mesh.Add(new PackNode(16_000, 131_072, 2, 1, 1000));
        mesh.Add(new PackNode(64_000, 32_768, 1, 2, 1000));
        return mesh;
    }
}
