using Aurora.GpuProbes;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>A card that is plugged in and has no driver.</summary>
public sealed class WithoutDriverTests
{
    [Fact]
    public async Task A_card_that_no_probe_finds_is_found_on_the_bus()
    {
        using var tree = Bus("0x10de", "0x030200");

        Assert.Equal("0000:65:00.0", (await DetectAsync(tree)).WithoutDriver);
    }

    [Theory]
    [InlineData("0x10de", "0x040300")]
    [InlineData("0x8086", "0x030000")]
    public async Task The_sound_of_a_card_and_other_vendors_are_no_such_card(string vendor, string kind)
    {
        using var tree = Bus(vendor, kind);

        Assert.Null((await DetectAsync(tree)).WithoutDriver);
    }

    [Fact]
    public async Task A_card_that_a_probe_finds_has_its_driver()
    {
        using var tree = Bus("0x10de", "0x030200");

        Assert.Null((await DetectAsync(tree, new FakeProbe("nvml", new ProbedGpu("a", "NVIDIA A40")))).WithoutDriver);
    }

    [Fact]
    public async Task A_machine_whose_gpus_are_stated_or_off_is_not_searched()
    {
        using var tree = Bus("0x10de", "0x030200");

        Assert.Null((await LocalGpus.DetectAsync(new GpuProbeOptions { Stated = "[]", RootPath = tree.Root }, CancellationToken.None)).WithoutDriver);
        Assert.Null((await LocalGpus.DetectAsync(new GpuProbeOptions { Enabled = false, RootPath = tree.Root }, CancellationToken.None)).WithoutDriver);
    }

    private static FakeTree Bus(string vendor, string kind) => new FakeTree()
        .Write("sys/bus/pci/devices/0000:00:1f.0/vendor", "0x8086").Write("sys/bus/pci/devices/0000:00:1f.0/class", "0x060100")
        .Write("sys/bus/pci/devices/0000:65:00.0/vendor", vendor).Write("sys/bus/pci/devices/0000:65:00.0/class", kind);

    private static Task<LocalGpus> DetectAsync(FakeTree tree, params IGpuProbe[] probes) =>
        LocalGpus.DetectAsync([probes], new GpuProbeOptions { RootPath = tree.Root }, TimeProvider.System, CancellationToken.None);
}
