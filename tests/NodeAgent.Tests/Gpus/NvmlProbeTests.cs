using Aurora.GpuProbes;
using Aurora.GpuProbes.Nvidia;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class NvmlProbeTests
{
    [Fact]
    public async Task A_failing_index_does_not_lose_the_other_devices()
    {
        var nvml = new FakeNvml(new(1) { HandleCode = NvmlReturn.GpuIsLost }, new(2));

        var result = await Detect(nvml);

        Assert.Equal("GPU-2", Assert.Single(result.Gpus).Uuid);
        Assert.Contains("device 0", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_falls_back_to_the_first_version_of_the_call()
    {
        var result = await Detect(new FakeNvml(new FakeNvmlDevice(1) { MemoryV2Code = NvmlReturn.FunctionNotFound }));

        Assert.Equal(24564L << 20, Assert.Single(result.Gpus).MemoryBytes);
    }

    [Fact]
    public async Task Temperature_falls_back_to_the_older_call()
    {
        var probe = new NvmlProbe(new FakeNvml(new FakeNvmlDevice(1) { TemperatureVCode = NvmlReturn.FunctionNotFound }), new("/nowhere"));
        await probe.DetectAsync(CancellationToken.None);

        Assert.Equal(50, Assert.Single(await probe.MeasureAsync(CancellationToken.None)).TemperatureCelsius);
    }

    [Fact]
    public async Task A_known_unified_memory_device_has_the_memory_of_its_host()
    {
        using var tree = new FakeTree().Write("proc/meminfo", "MemTotal:       125829120 kB\nMemFree:  1 kB\nMemAvailable:   104857600 kB");
        var probe = new NvmlProbe(new FakeNvml(Silent("NVIDIA GB10")), tree.Files);

        var gpu = Assert.Single((await probe.DetectAsync(CancellationToken.None)).Gpus);
        var reading = Assert.Single(await probe.MeasureAsync(CancellationToken.None));

        Assert.True(gpu.UnifiedMemory);
        Assert.Equal(120L << 30, gpu.MemoryBytes);
        Assert.Equal(100L << 30, reading.MemoryFreeBytes);
    }

    [Fact]
    public async Task A_discrete_card_that_hides_its_memory_is_not_given_the_memory_of_its_host()
    {
        using var tree = new FakeTree().Write("proc/meminfo", "MemTotal: 125829120 kB");

        var result = await new NvmlProbe(new FakeNvml(Silent("NVIDIA GeForce GTX 1010")), tree.Files).DetectAsync(CancellationToken.None);

        Assert.Null(Assert.Single(result.Gpus).MemoryBytes);
        Assert.Contains("does not tell its memory", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_with_mig_on_and_no_mig_device_is_no_gpu()
    {
        var result = await Detect(new FakeNvml(new FakeNvmlDevice(1) { Mig = [] }));

        Assert.Empty(result.Gpus);
        Assert.Contains("MIG", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mig_devices_measure_their_memory_and_the_sensors_of_their_board()
    {
        var probe = new NvmlProbe(new FakeNvml(new FakeNvmlDevice(1) { Mig = [new(7), new(8)] }), new("/nowhere"));

        var gpus = (await probe.DetectAsync(CancellationToken.None)).Gpus;
        var readings = await probe.MeasureAsync(CancellationToken.None);

        Assert.Equal(["GPU-7", "GPU-8"], gpus.Select(gpu => gpu.Uuid));
        Assert.All(gpus, gpu => Assert.Equal("NVIDIA GeForce RTX 4090 MIG 1g.10gb", gpu.Type));
        Assert.Equal([1.0, 1.0], readings.Select(reading => reading.PowerWatts));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    public async Task A_lost_gpu_has_no_telemetry(int code)
    {
        var device = new FakeNvmlDevice(1);
        var probe = new NvmlProbe(new FakeNvml(device), new("/nowhere"));
        await probe.DetectAsync(CancellationToken.None);
        device.PowerCode = (NvmlReturn)code;

        Assert.Empty(await probe.MeasureAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Errors_of_the_memory_and_xids_are_counted()
    {
        var xids = new Queue<NvmlXid>([new(1, 79)]);
        var device = new FakeNvmlDevice(1) { Ecc = (12, 1) };
        var probe = new NvmlProbe(new FakeNvml(device, new FakeNvmlDevice(2)) { Xids = xids }, new("/nowhere"));
        await probe.DetectAsync(CancellationToken.None);

        var first = await probe.MeasureAsync(CancellationToken.None);
        xids.Enqueue(new(1, 79));
        xids.Enqueue(new(1, 48));

        // A board that is not ours, and a number that NVIDIA never gave out.
        xids.Enqueue(new(9, 79));
        xids.Enqueue(new(1, 1 << 20));
        device.Ecc = (13, 1);
        var second = await probe.MeasureAsync(CancellationToken.None);

        Assert.Equal((12, 1), (first[0].Errors!.EccCorrected, first[0].Errors!.EccUncorrected));
        Assert.Equal(new Dictionary<int, long> { [79] = 1 }, first[0].Errors!.Xids);
        Assert.Null(first[1].Errors);
        Assert.Equal((13, 1), (second[0].Errors!.EccCorrected, second[0].Errors!.EccUncorrected));
        Assert.Equal(new Dictionary<int, long> { [79] = 2, [48] = 1 }, second[0].Errors!.Xids);
    }

    [Fact]
    public async Task A_boards_errors_are_told_under_the_first_of_its_mig_devices()
    {
        var probe = new NvmlProbe(new FakeNvml(new FakeNvmlDevice(1) { Ecc = (3, 0), Mig = [new(7), new(8)] }), new("/nowhere"));
        await probe.DetectAsync(CancellationToken.None);

        Assert.Equal([3, null], (await probe.MeasureAsync(CancellationToken.None)).Select(reading => reading.Errors?.EccCorrected));
    }

    [Fact]
    public async Task A_driver_without_gpus_settles_the_matter_and_is_no_cuda_machine()
    {
        var result = await Detect(new FakeNvml());

        Assert.True(result.Settled);
        Assert.Equal(false, result.Facts["cuda_available"]);
    }

    [Theory]
    [InlineData(13000, "13.0")]
    [InlineData(12080, "12.8")]
    public async Task The_cuda_version_is_said_as_people_say_it(int number, string version)
    {
        var result = await Detect(new FakeNvml(new FakeNvmlDevice(1)) { Cuda = number });

        Assert.Equal(version, result.Facts["cuda_version"]);
        Assert.Equal("8.9", result.Facts["compute_capability"]);
    }

    private static FakeNvmlDevice Silent(string name) =>
        new(1) { Name = name, MemoryV2Code = NvmlReturn.NotSupported, MemoryV1Code = NvmlReturn.NotSupported };

    private static async Task<GpuProbeResult> Detect(FakeNvml nvml, string root = "/nowhere") =>
        await new NvmlProbe(nvml, new(root)).DetectAsync(CancellationToken.None);
}
