using Aurora.GpuProbes;
using Aurora.GpuProbes.Nvidia;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class NvidiaSmiTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task Several_gpus_are_read_with_their_versions()
    {
        var commands = new FakeCommands()
            .Answer("nvidia-smi", Recorded.Text("nvidia-smi-header.txt"))
            .Answer("nvidia-smi --query-gpu=", Recorded.Text("nvidia-smi-several.csv"));
        var probe = new NvidiaSmiProbe(commands, new("/nowhere"));

        var result = await probe.DetectAsync(CancellationToken.None);
        var readings = await probe.MeasureAsync(CancellationToken.None);

        Assert.True(result.Settled);
        Assert.Equal(
            [("NVIDIA GeForce RTX 4090", "0000:01:00.0", 24564 * MiB), ("NVIDIA A40", "0000:41:00.0", 46068 * MiB)],
            result.Gpus.Select(gpu => (gpu.Type, gpu.PciId!, gpu.MemoryBytes!.Value)));
        Assert.Equal("580.65.06", result.Facts["driver_version"]);
        Assert.Equal("13.0", result.Facts["cuda_version"]);
        Assert.Equal(
            new GpuReading("GPU-11111111-2222-3333-4444-555555555555")
            {
                MemoryUsedBytes = 4125 * MiB,
                MemoryFreeBytes = 20439 * MiB,
                Utilization = 0.37,
                TemperatureCelsius = 61,
                PowerWatts = 187.5,
            },
            readings[0]);
    }

    [Fact]
    public async Task What_a_device_does_not_tell_is_null_and_a_unified_device_has_its_hosts_memory()
    {
        using var tree = new FakeTree().Write("proc/meminfo", "MemTotal: 125829120 kB");
        var commands = new FakeCommands().Answer("nvidia-smi", Recorded.Text("nvidia-smi-not-available.csv"));

        var result = await new NvidiaSmiProbe(commands, tree.Files).DetectAsync(CancellationToken.None);
        var quadro = NvidiaSmiCsv.Parse(Recorded.Text("nvidia-smi-not-available.csv"))[1].Reading;

        Assert.Equal((120L << 30, true), (result.Gpus[0].MemoryBytes, result.Gpus[0].UnifiedMemory));
        Assert.Equal((null, 40.0, null), (quadro.Utilization, quadro.TemperatureCelsius, quadro.PowerWatts));
    }

    [Fact]
    public void Garbage_yields_only_the_line_that_names_a_gpu_and_no_value_that_cannot_be()
    {
        var row = Assert.Single(NvidiaSmiCsv.Parse(Recorded.Text("nvidia-smi-garbage.csv")));

        Assert.Equal("NVIDIA T4", row.Gpu.Type);
        Assert.Null(row.Gpu.PciId);
        Assert.Null(row.Gpu.MemoryBytes);
        Assert.Equal(new GpuReading(row.Gpu.Key) { Utilization = 1 }, row.Reading);
    }

    [Fact]
    public async Task A_tool_that_is_not_installed_gives_its_reason()
    {
        var result = await new NvidiaSmiProbe(new FakeCommands(), new("/nowhere")).DetectAsync(CancellationToken.None);

        Assert.Equal("nvidia-smi is not installed", result.Note);
        Assert.False(result.Settled);
    }
}
