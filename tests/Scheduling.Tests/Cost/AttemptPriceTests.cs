using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using CsCheck;

namespace Aurora.Scheduling.Tests.Cost;

public sealed class AttemptPriceTests
{
    private const long Gb = 1L << 30;

    [Theory]
    [InlineData(new[] { 0 }, 12, 1.0)]
    [InlineData(new[] { 0 }, 24, 2.0)]
    [InlineData(new[] { 0, 1 }, 24, 4.0)]
    [InlineData(new[] { 0, 7 }, 24, 2.0)]
    [InlineData(new int[0], 0, 0.5)]
    [InlineData(new[] { 1 }, 99, 2.0)]
    public void An_attempt_pays_for_the_part_of_the_node_that_it_reserves(int[] gpus, int gbPerGpu, double expected)
    {
        var price = AttemptPrice.Of(Node(gpus: 2, new NodePrice(NodeTenure.Spot, 4) { OnDemandPerHour = 8 }), gpus, gbPerGpu * Gb);

        Assert.Equal(new AttemptPrice(NodeTenure.Spot, expected, 2 * expected), price);
    }

    [Fact]
    public void A_node_that_tells_no_price_charges_nothing() =>
        Assert.True(AttemptPrice.Of(Node(gpus: 1, default), [0], 24 * Gb).IsNothing);

    [Fact]
    public void A_node_that_does_not_tell_what_renting_it_costs_is_compared_with_itself() =>
        Assert.Equal(new AttemptPrice(NodeTenure.OnDemand, 3, 3), AttemptPrice.Of(Node(gpus: 1, new NodePrice(NodeTenure.OnDemand, 3)), [0], 24 * Gb));

    [Fact]
    public void What_fits_on_a_node_at_once_never_pays_more_than_the_node_costs() =>
        Gen.Select(Gen.Int[1, 8], Gen.Double[0.01, 100], Gen.Int[0, 24].Array[1, 24]).Sample((count, perHour, reservations) =>
        {
            var node = Node(count, new NodePrice(NodeTenure.OnDemand, perHour));
            var free = Enumerable.Repeat(24, count).ToArray();
            var paid = 0.0;
            foreach (var (index, gb) in reservations.Index())
            {
                var gpu = index % count;
                if (gb > 0 && free[gpu] >= gb)
                {
                    free[gpu] -= gb;
                    paid += AttemptPrice.Of(node, [gpu], gb * Gb).PerHour;
                }
            }

            return paid <= perHour * (1 + 1e-9);
        });

    [Fact]
    public void More_memory_and_more_gpus_never_cost_less() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 24], Gen.Int[1, 24]).Sample((gpus, gb, more) =>
        {
            var node = Node(8, new NodePrice(NodeTenure.OnDemand, 10));
            var price = AttemptPrice.Of(node, [.. Enumerable.Range(0, gpus)], gb * Gb).PerHour;
            return price is > 0 and <= 10
                && AttemptPrice.Of(node, [.. Enumerable.Range(0, gpus)], (gb + more) * Gb).PerHour >= price
                && AttemptPrice.Of(node, [.. Enumerable.Range(0, Math.Min(8, gpus + 1))], gb * Gb).PerHour >= price;
        });

    private static NodeFacts Node(int gpus, NodePrice price) => new(
        "node-1", 1, [.. Enumerable.Range(0, gpus).Select(index => new GpuFacts(index, "RTX 4090", 24 * Gb))], MaxParallel: 8, new HashSet<string>())
    {
        Price = price,
    };
}
