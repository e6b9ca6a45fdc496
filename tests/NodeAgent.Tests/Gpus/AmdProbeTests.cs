using Aurora.GpuProbes;
using Aurora.GpuProbes.Amd;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class AmdProbeTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task A_card_is_read_from_the_files_of_the_kernel()
    {
        using var tree = Card("card1", "25753026560")
            .Write("sys/class/drm/card1-DP-1/status", "connected")
            .Write("sys/class/drm/card0/device/vendor", "0x8086")
            .Write("usr/share/libdrm/amdgpu.ids", "# comment\n744C,\tC4,\tAMD Radeon Pro W7900\n744C,\tC8,\tAMD Radeon RX 7900 XTX");
        var probe = new AmdSysfsProbe(tree.Files);

        var result = await probe.DetectAsync(CancellationToken.None);
        var reading = Assert.Single(await probe.MeasureAsync(CancellationToken.None));

        Assert.True(result.Settled);
        Assert.Equal(
            new ProbedGpu("card1", "AMD Radeon RX 7900 XTX") { Uuid = "GPU-7f3a1c2b4d5e6f70", PciId = "0000:03:00.0", MemoryBytes = 25753026560 },
            Assert.Single(result.Gpus));
        Assert.Equal(
            new GpuReading("card1") { MemoryUsedBytes = 1073741824, Utilization = 0.64, TemperatureCelsius = 41, PowerWatts = 96 }, reading);
    }

    [Theory]
    [InlineData("ue: 1\nce: 12\n", 12, 1)]
    [InlineData("ue: 0\nce: many\n", null, 0)]
    public async Task A_card_whose_memory_corrects_errors_counts_them(string file, int? corrected, int? uncorrected)
    {
        using var tree = Card("card1", "25753026560").Write("sys/class/drm/card1/device/ras/umc_err_count", file);
        var probe = new AmdSysfsProbe(tree.Files);
        await probe.DetectAsync(CancellationToken.None);

        var errors = Assert.Single(await probe.MeasureAsync(CancellationToken.None)).Errors!;

        Assert.Equal((corrected, uncorrected), (errors.EccCorrected, errors.EccUncorrected));
    }

    [Fact]
    public async Task A_processors_graphics_share_the_hosts_memory()
    {
        using var tree = Card("card0", "536870912").Write("sys/class/drm/card0/device/mem_info_gtt_total", (64L << 30).ToString());

        var gpu = Assert.Single((await new AmdSysfsProbe(tree.Files).DetectAsync(CancellationToken.None)).Gpus);

        Assert.Equal(((64L << 30) + 536870912, true, true), (gpu.MemoryBytes, gpu.UnifiedMemory, gpu.Integrated));
    }

    [Fact]
    public async Task A_processors_graphics_with_little_memory_are_no_gpu()
    {
        using var tree = Card("card0", "536870912");

        var result = await new AmdSysfsProbe(tree.Files).DetectAsync(CancellationToken.None);

        Assert.Empty(result.Gpus);
        Assert.Contains("AURORA_GPUS", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_the_files_leaves_the_question_to_the_tools()
    {
        var result = await new AmdSysfsProbe(new("/nowhere")).DetectAsync(CancellationToken.None);

        Assert.False(result.Settled);
    }

    [Fact]
    public async Task Amd_smi_is_read_in_both_of_its_shapes()
    {
        var probe = new AmdSmiProbe(new FakeCommands()
            .Answer("amd-smi static", Recorded.Text("amd-smi-static.json"))
            .Answer("amd-smi metric", Recorded.Text("amd-smi-metric.json")));

        var gpus = (await probe.DetectAsync(CancellationToken.None)).Gpus;
        var readings = await probe.MeasureAsync(CancellationToken.None);

        Assert.Equal(
            [
                new("amd-smi-0", "AMD Instinct MI300X") { Uuid = "GPU-a1b2c3d4e5f60718", PciId = "0000:0c:00.0", MemoryBytes = 196592 * MiB },
                new("amd-smi-1", "AMD GPU"),
            ],
            gpus);
        Assert.Equal(
            [
                new("amd-smi-0") { MemoryUsedBytes = 65536 * MiB, MemoryFreeBytes = 131056 * MiB, Utilization = 0.83, TemperatureCelsius = 58, PowerWatts = 512 },
                new("amd-smi-1"),
            ],
            readings);
    }

    [Fact]
    public async Task Rocm_smi_is_read_past_its_warnings()
    {
        var probe = new RocmSmiProbe(new FakeCommands().Answer("rocm-smi", Recorded.Text("rocm-smi.json")));

        var gpus = (await probe.DetectAsync(CancellationToken.None)).Gpus;
        var readings = await probe.MeasureAsync(CancellationToken.None);

        Assert.Equal(
            new ProbedGpu("card0", "Radeon RX 7900 XTX") { Uuid = "GPU-7f3a1c2b4d5e6f70", PciId = "0000:03:00.0", MemoryBytes = 25753026560 },
            Assert.Single(gpus));
        Assert.Equal(
            new GpuReading("card0") { MemoryUsedBytes = 8L << 30, Utilization = 0.64, TemperatureCelsius = 41, PowerWatts = 96 },
            Assert.Single(readings));
    }

    [Theory]
    [MemberData(nameof(Garbage.Outputs), MemberType = typeof(Garbage))]
    public async Task Garbage_from_a_tool_is_no_gpu(string output)
    {
        var commands = new FakeCommands().Answer("amd-smi", output).Answer("rocm-smi", output);

        foreach (IGpuProbe probe in new IGpuProbe[] { new AmdSmiProbe(commands), new RocmSmiProbe(commands) })
        {
            Assert.Empty((await probe.DetectAsync(CancellationToken.None)).Gpus);
            Assert.Empty(await probe.MeasureAsync(CancellationToken.None));
        }
    }

    private static FakeTree Card(string name, string vram)
    {
        var device = $"sys/class/drm/{name}/device";
        return new FakeTree()
            .Write($"{device}/vendor", "0x1002")
            .Write($"{device}/device", "0x744c")
            .Write($"{device}/revision", "0xc8")
            .Write($"{device}/unique_id", "7f3a1c2b4d5e6f70")
            .Write($"{device}/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0")
            .Write($"{device}/mem_info_vram_total", vram)
            .Write($"{device}/mem_info_vram_used", "1073741824")
            .Write($"{device}/gpu_busy_percent", "64")
            .Write($"{device}/hwmon/hwmon3/temp1_input", "41000")
            .Write($"{device}/hwmon/hwmon3/power1_average", "96000000");
    }
}
