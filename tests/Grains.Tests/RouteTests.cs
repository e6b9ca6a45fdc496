using Aurora.Grains.Interfaces.Routes;

namespace Aurora.Grains.Tests;

/// <summary>What is counted of requests by routes.</summary>
public sealed class RouteTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private IRouteGrain Routes => mesh.Client.GetGrain<IRouteGrain>(0);

    [Fact]
    public async Task Variants_are_counted_apart_and_compared_with_the_first()
    {
        await Routes.PutAsync(new ModelRoute("compare", [Variant("a"), Variant("b")]));
        await Routes.RecordAsync(
        [
            Sample("compare", "a", latency: 1, cost: 0.1), Sample("compare", "a", latency: 2), Sample("compare", "a", latency: 3),
            Sample("compare", "b", latency: 11), Sample("compare", "b", latency: 12), Sample("compare", "b", latency: 13), Sample("compare", "b", latency: 0.01, failed: true),
            Sample("compare", "nobody", latency: 1), Sample("nothing", "a", latency: 1),
        ]);

        var report = (await Routes.ReportAsync("compare"))!;

        var (a, b) = (report[0], report[1]);
        Assert.Equal((3, 0, 4, 1), (a.Requests, a.Failures, b.Requests, b.Failures));
        Assert.Equal((2, 12), (a.LatencyS.Mean!.Value, b.LatencyS.Mean!.Value));
        Assert.Equal((1, null), (a.Cost.Count, a.Cost.Mean));
        Assert.Null(a.LatencyS.Difference);
        Assert.Equal(10, b.LatencyS.Difference!.Value, 9);
        Assert.True(b.LatencyS.Difference.Low > 7, $"a clear difference is seen as one: {b.LatencyS.Difference}");
        Assert.True(b.FailureShare!.Low < 0.25 && b.FailureShare.High > 0.25);
    }

    [Fact]
    public async Task A_variant_that_changes_is_counted_anew_and_the_others_are_not()
    {
        await Routes.PutAsync(new ModelRoute("change", [Variant("a"), Variant("b")]));
        await Routes.RecordAsync([Sample("change", "a", latency: 1), Sample("change", "b", latency: 1)]);

        await Routes.PutAsync(new ModelRoute("change", [Variant("a") with { Weight = 7 }, Variant("b") with { Model = "another" }]));

        Assert.Equal([1, 0], (await Routes.ReportAsync("change"))!.Select(variant => variant.Requests));
        Assert.Contains(await Routes.ListAsync(), route => route.Name == "change" && route.Variants[0].Weight == 7);
    }

    [Fact]
    public async Task A_route_that_is_forgotten_is_gone_with_all_that_was_seen()
    {
        await Routes.PutAsync(new ModelRoute("gone", [Variant("a")]));
        await Routes.RecordAsync([Sample("gone", "a", latency: 1)]);

        Assert.True(await Routes.DeleteAsync("gone"));
        Assert.False(await Routes.DeleteAsync("gone"));
        Assert.Null(await Routes.ReportAsync("gone"));
        await Routes.PutAsync(new ModelRoute("gone", [Variant("a")]));
        Assert.Equal(0, (await Routes.ReportAsync("gone"))![0].Requests);
    }

    private static RouteVariant Variant(string name) => new(name, "model-" + name, 1, null);

    private static RouteSample Sample(string route, string variant, double latency, bool failed = false, double? cost = null) =>
        new(route, variant, failed, latency, null, null, cost);
}
