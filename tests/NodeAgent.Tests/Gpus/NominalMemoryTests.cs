using Aurora.GpuProbes;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class NominalMemoryTests
{
    [Theory]
    [InlineData("RTX 4090", 24564, 24)]
    [InlineData("RTX 5090", 32607, 32)]
    [InlineData("A100 80GB", 81920, 80)]
    [InlineData("A100 40GB", 40960, 40)]
    [InlineData("A100 40GB with older firmware", 40536, 40)]
    [InlineData("H100", 81559, 80)]
    [InlineData("H100 NVL", 95830, 94)]
    [InlineData("H200", 143771, 141)]
    [InlineData("B200", 183359, 180)]
    [InlineData("A40 with ECC", 46068, 48)]
    [InlineData("A40", 49140, 48)]
    [InlineData("L4 with ECC", 23034, 24)]
    [InlineData("A10G with ECC, older driver", 22731, 24)]
    [InlineData("T4 with ECC", 15360, 16)]
    [InlineData("P4 with ECC", 7611, 8)]
    [InlineData("RTX 2080 Ti", 11019, 11)]
    [InlineData("V100", 16160, 16)]
    [InlineData("MI300X", 196592, 192)]
    [InlineData("A100 1g.5gb", 4864, 5)]
    [InlineData("H100 1g.10gb", 9856, 10)]
    [InlineData("RX 7900 XT", 20464, 20)]
    public void A_report_snaps_to_the_size_on_the_box(string card, int reportedMiB, int soldGB) =>
        Assert.True(NominalMemory.OfDedicated((long)reportedMiB << 20) == soldGB * NominalMemory.GB, $"{card} must be {soldGB} GB.");

    [Theory]
    [InlineData(52L << 30, 52L << 30)]
    [InlineData((52L << 30) + 5, 52L << 30)]
    [InlineData(300L << 20, 300L << 20)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void Other_reports_go_down_to_a_whole_gb(long reported, long nominal) =>
        Assert.Equal(nominal, NominalMemory.OfDedicated(reported));

    [Fact]
    public void No_report_gains_more_than_the_documented_share()
    {
        for (var mib = 1024L; mib < 300 * 1024; mib += 7)
        {
            Assert.InRange(NominalMemory.OfDedicated(mib << 20), (mib / 1024) << 30, (long)((mib << 20) / 0.92) + 1);
        }
    }

    [Fact]
    public void Memory_shared_with_the_host_is_never_rounded_up() =>
        Assert.Equal(119L << 30, NominalMemory.Of(new ProbedGpu("k", "NVIDIA GB10") { MemoryBytes = (120L << 30) - 1, UnifiedMemory = true }));

    [Theory]
    [InlineData(24L << 30, 23L << 30, 10L << 30, null, 14L << 30)]
    [InlineData(24L << 30, 23L << 30, null, 3L << 30, 4L << 30)]
    [InlineData(24L << 30, 23L << 30, 30L << 30, null, 0L)]
    [InlineData(24L << 30, 23L << 30, null, null, null)]
    [InlineData(0L, null, null, 7L, 7L)]
    public void Nominal_minus_used_is_what_is_really_free(long nominal, long? reported, long? free, long? used, long? expected) =>
        Assert.Equal(expected, LiveMemory.UsedOf(nominal, reported, new GpuReading("k") { MemoryFreeBytes = free, MemoryUsedBytes = used }));
}
