using Aurora.GpuProbes;
using Aurora.GpuProbes.Apple;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class AppleProbeTests
{
    [Fact]
    public async Task A_mac_with_36_gb_offers_24_and_measures_itself()
    {
        var probe = new AppleProbe(Mac());

        var gpu = Assert.Single((await probe.DetectAsync(CancellationToken.None)).Gpus);
        var reading = Assert.Single(await probe.MeasureAsync(CancellationToken.None));

        Assert.Equal(("Apple M3 Max", 24L << 30, true), (gpu.Type, gpu.MemoryBytes, gpu.UnifiedMemory));
        Assert.Equal((0.57, 1200357376), (reading.Utilization, reading.MemoryUsedBytes));
    }

    [Theory]
    [InlineData(16, 0, 10)]
    [InlineData(36, null, 24)]
    [InlineData(64, 0, 48)]
    [InlineData(128, 0, 96)]
    [InlineData(64, 57344, 56)]
    public void The_gpus_share_follows_the_owners_limit_or_macos(int memoryGB, int? limitMB, int usableGB) =>
        Assert.Equal(usableGB, AppleMemory.UsableByGpu((double)memoryGB * NominalMemory.GB, limitMB) >> 30);

    [Fact]
    public void Nothing_is_known_without_the_memory_size() => Assert.Null(AppleMemory.UsableByGpu(null, null));

    [Fact]
    public async Task A_mac_whose_system_lacks_the_limit_has_the_usual_share()
    {
        var commands = new FakeCommands()
            .Answer("system_profiler", Recorded.Text("system-profiler.json"))
            .Answer("sysctl -n hw.memsize", "68719476736\n");

        Assert.Equal(48L << 30, Assert.Single((await new AppleProbe(commands).DetectAsync(CancellationToken.None)).Gpus).MemoryBytes);
    }

    [Fact]
    public async Task A_mac_with_another_vendors_gpu_is_not_counted()
    {
        var commands = new FakeCommands().Answer("system_profiler", """{"SPDisplaysDataType":[{"sppci_model":"AMD Radeon Pro 5500M","spdisplays_vendor":"sppci_vendor_amd"}]}""");

        var result = await new AppleProbe(commands).DetectAsync(CancellationToken.None);

        Assert.Empty(result.Gpus);
        Assert.Equal("system_profiler shows no Apple GPU", result.Note);
    }

    [Theory]
    [MemberData(nameof(Garbage.Outputs), MemberType = typeof(Garbage))]
    public async Task Garbage_from_the_tools_is_no_gpu_and_no_reading(string output)
    {
        Assert.Empty((await new AppleProbe(new FakeCommands().Answer("system_profiler", output)).DetectAsync(CancellationToken.None)).Gpus);

        var probe = new AppleProbe(Mac(ioreg: output));
        await probe.DetectAsync(CancellationToken.None);
        Assert.Empty(await probe.MeasureAsync(CancellationToken.None));
    }

    private static FakeCommands Mac(string? ioreg = null) => new FakeCommands()
        .Answer("system_profiler SPDisplaysDataType SPHardwareDataType -json", Recorded.Text("system-profiler.json"))
        .Answer("sysctl -n hw.memsize", Recorded.Text("sysctl-hw.memsize.txt"))
        .Answer("sysctl -n iogpu.wired_limit_mb", Recorded.Text("sysctl-iogpu.wired_limit_mb.txt"))
        .Answer("ioreg -r -d 1 -w 0 -c IOAccelerator", ioreg ?? Recorded.Text("ioreg.txt"));
}
