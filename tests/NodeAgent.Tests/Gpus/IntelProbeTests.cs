using Aurora.GpuProbes;
using Aurora.GpuProbes.Intel;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class IntelProbeTests
{
    [Fact]
    public async Task A_card_is_read_from_the_files_of_the_kernel()
    {
        using var tree = new FakeTree()
            .Write("sys/class/drm/card0/device/vendor", "0x8086")
            .Write("sys/class/drm/card0/device/device", "0x56a0")
            .Write("sys/class/drm/card0/device/uevent", "PCI_SLOT_NAME=0000:4d:00.0")
            .Write("sys/class/drm/card0/lmem_total_bytes", (16L << 30).ToString())
            .Write("sys/class/drm/card0/lmem_avail_bytes", (12L << 30).ToString())
            .Write("sys/class/drm/card0/device/hwmon/hwmon1/temp2_input", "48000")
            .Write("usr/share/misc/pci.ids", "1002  AMD\n\t56a0  Wrong vendor\n8086  Intel Corporation\n\t56a0  DG2 [Arc A770]\n\t\t8086 1020  Board");
        var probe = new IntelSysfsProbe(tree.Files);

        var result = await probe.DetectAsync(CancellationToken.None);

        Assert.True(result.Settled);
        Assert.Equal(new ProbedGpu("card0", "Intel Arc A770") { PciId = "0000:4d:00.0", MemoryBytes = 16L << 30 }, Assert.Single(result.Gpus));
        Assert.Equal(
            new GpuReading("card0") { MemoryFreeBytes = 12L << 30, TemperatureCelsius = 48 },
            Assert.Single(await probe.MeasureAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Integrated_graphics_are_no_gpu_and_leave_the_question_to_the_tool()
    {
        using var tree = new FakeTree().Write("sys/class/drm/card0/device/vendor", "0x8086");

        var result = await new IntelSysfsProbe(tree.Files).DetectAsync(CancellationToken.None);

        Assert.Empty(result.Gpus);
        Assert.False(result.Settled);
        Assert.Contains("integrated", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Xpu_smi_is_asked_for_each_device()
    {
        var probe = new XpuSmiProbe(new FakeCommands()
            .Answer("xpu-smi discovery", Recorded.Text("xpu-smi-discovery.json"))
            .Answer("xpu-smi discovery -d 0", Recorded.Text("xpu-smi-device.json"))
            .Answer("xpu-smi stats -d 0", Recorded.Text("xpu-smi-stats.json")));

        var gpus = (await probe.DetectAsync(CancellationToken.None)).Gpus;
        var readings = await probe.MeasureAsync(CancellationToken.None);

        Assert.Equal(
            new ProbedGpu("xpu-smi-0", "Intel(R) Data Center GPU Max 1100")
            {
                Uuid = "00000000-0000-004d-0000-002f0bda8086",
                PciId = "0000:4d:00.0",
                MemoryBytes = 48L << 30,
            },
            Assert.Single(gpus));
        Assert.Equal(
            new GpuReading("xpu-smi-0") { MemoryUsedBytes = 2L << 30, Utilization = 0.715, TemperatureCelsius = 52, PowerWatts = 158.25 },
            Assert.Single(readings));
    }

    [Theory]
    [MemberData(nameof(Garbage.Outputs), MemberType = typeof(Garbage))]
    public async Task Garbage_from_the_tool_is_no_gpu(string output)
    {
        var probe = new XpuSmiProbe(new FakeCommands().Answer("xpu-smi", output));

        Assert.Empty((await probe.DetectAsync(CancellationToken.None)).Gpus);
        Assert.Empty(await probe.MeasureAsync(CancellationToken.None));
    }
}
