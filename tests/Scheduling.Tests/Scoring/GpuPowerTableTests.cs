using Aurora.Scheduling.Model;
using Aurora.Scheduling.Scoring;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Scoring;

public sealed class GpuPowerTableTests
{
    private static readonly GpuPowerTable Published = new(new Dictionary<string, double>());

    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", 989.5)]
    [InlineData("NVIDIA H100 PCIe", 756.5)]
    [InlineData("NVIDIA A100-SXM4-40GB", 312)]
    [InlineData("NVIDIA A100 80GB PCIe", 312)]
    [InlineData("NVIDIA GeForce RTX 4090", 165.2)]
    [InlineData("NVIDIA GeForce RTX 4070 Ti SUPER", 88.2)]
    [InlineData("NVIDIA RTX 6000 Ada Generation", 364.2)]
    [InlineData("NVIDIA RTX A4000", 76.7)]
    [InlineData("Tesla V100-PCIE-16GB", 112)]
    [InlineData("Tesla V100-SXM2-32GB", 125)]
    [InlineData("AMD Instinct MI300X", 1307.4)]
    [InlineData("Apple M2 Ultra", 27.2)]
    [InlineData("Apple M2", 3.6)]
    public void A_model_gets_the_row_with_the_most_of_its_words(string type, double teraflops) =>
        Assert.Equal(teraflops, Published.TeraflopsOf(Gpu(type, 24)));

    [Fact]
    public void An_unknown_model_is_slower_than_every_known_one_and_larger_ones_are_faster()
    {
        var slowest = PublishedGpuPower.Rows.Min(row => row.Teraflops);
        var speeds = new long[] { 0, 8, 24, 80, 100_000 }.Select(gb => Published.TeraflopsOf(Gpu("Prototype", gb))).ToList();

        Assert.All(speeds, speed => Assert.InRange(speed, 0, slowest));
        Assert.Equal(speeds.Distinct().Order(), speeds);
        Assert.Equal(slowest / 2, speeds[2]);
    }

    [Fact]
    public void An_operators_row_comes_before_a_published_one()
    {
        var table = new GpuPowerTable(new Dictionary<string, double> { ["4090"] = 9000, ["Prototype"] = 1 });

        Assert.Equal(9000, table.TeraflopsOf(Gpu("NVIDIA GeForce RTX 4090", 24)));
        Assert.Equal(1, table.TeraflopsOf(Gpu("Prototype", 24)));
        Assert.Equal((1.0, 989.5 / 9000), (table.ShareOf(Gpu("RTX 4090", 24)), table.ShareOf(Gpu("H100", 80))));
    }

    [Fact]
    public void No_two_rows_have_the_same_words() =>
        Assert.Equal(
            PublishedGpuPower.Rows.Count, PublishedGpuPower.Rows.Select(row => row.Type).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Every_share_is_between_zero_and_one() =>
        Assert.All(PublishedGpuPower.Rows, row => Assert.InRange(Published.ShareOf(new GpuFacts(0, row.Type, Gb)), 0, 1));
}
