using Aurora.GpuProbes;
using Aurora.GpuProbes.Nvidia;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>Marshalling and loading, against a compiled stand-in for the library.</summary>
public sealed class NativeNvmlTests(FakeNvmlLibrary library) : IClassFixture<FakeNvmlLibrary>
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task The_library_that_the_options_name_is_detected_and_measured()
    {
        using var tree = new FakeTree();
        var options = new GpuProbeOptions { NvmlPath = library.Path, RootPath = tree.Root, SearchPath = tree.Root };

        var inventory = await GpuInventory.DetectAsync(
            GpuProbeOrder.For(HostPlatform.Linux, options), options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

        Assert.Equal(
            [
                (0, "NVIDIA GeForce RTX 4090", 24, "GPU-11111111-2222-3333-4444-555555555555"),
                (1, "NVIDIA A100-SXM4-80GB MIG 2g.20gb", 20, "MIG-00000000-0000-0000-0000-000000000001"),
                (2, "NVIDIA A100-SXM4-80GB MIG 2g.20gb", 20, "MIG-00000000-0000-0000-0000-000000000002"),
            ],
            inventory.Devices.Select(device => (device.Index, device.Type, (int)(device.MemoryBytes >> 30), device.Uuid)));
        Assert.Equal(true, inventory.Facts["cuda_available"]);
        Assert.Equal("13.0", inventory.Facts["cuda_version"]);
        Assert.Equal("580.65.06", inventory.Facts["driver_version"]);
        Assert.Equal("nvml", inventory.Facts["gpu_probe"]);
        Assert.Contains("nvml: device 2: the GPU has fallen off the bus", Assert.IsType<string[]>(inventory.Facts["gpu_probe_notes"]));

        var telemetry = await inventory.MeasureAsync(CancellationToken.None);

        Assert.Equal(new(0, (24576 - 10240) * MiB, 0.37, 61, 187.5) { EnergyJoules = 7250.5 }, telemetry[0]);
        Assert.Equal(new(1, (20480 - 10240) * MiB, null, 44, 187.5), telemetry[1] with { Errors = null });
        Assert.Equal(
            [new GpuErrorCount("ecc_corrected", null, 12), new GpuErrorCount("ecc_uncorrected", null, 1), new GpuErrorCount("xid", 79, 1)],
            telemetry[1].Errors!);
        Assert.Equal(3, telemetry.Count);
    }

    [Fact]
    public void A_function_that_the_library_lacks_is_an_answer()
    {
        var nvml = new NativeNvml([library.Path]);
        nvml.Initialize();

        Assert.Equal(NvmlReturn.FunctionNotFound, nvml.ComputeCapability(0x1000).Code);
        Assert.Equal(NvmlReturn.FunctionNotFound, nvml.MemoryV1(0x1000).Code);
    }

    [Fact]
    public void A_pci_address_is_read_from_its_place_in_the_structure()
    {
        var nvml = new NativeNvml([library.Path]);
        nvml.Initialize();

        Assert.Equal("00000000:01:00.0", nvml.PciBusId(0x1000).Value);
    }

    [Theory]
    [InlineData(9, "not loaded")]
    [InlineData(18, "reboot")]
    [InlineData(999, "999")]
    public async Task A_driver_that_does_not_start_gives_its_reason(int code, string reason)
    {
        using var tree = new FakeTree();
        library.SetInitCode(code);
        try
        {
            var result = await new NvmlProbe(new NativeNvml([library.Path]), tree.Files).DetectAsync(CancellationToken.None);

            Assert.Empty(result.Gpus);
            Assert.False(result.Settled);
            Assert.Contains(reason, result.Note, StringComparison.Ordinal);
        }
        finally
        {
            library.SetInitCode(0);
        }
    }

    [Fact]
    public async Task A_library_that_is_missing_or_no_library_gives_its_reason()
    {
        using var tree = new FakeTree();
        tree.Write("not-a-library.so", "text");
        var names = new[] { "/nowhere/libnvidia-ml.so.1", Path.Combine(tree.Root, "not-a-library.so") };

        var result = await new NvmlProbe(new NativeNvml(names), tree.Files).DetectAsync(CancellationToken.None);

        Assert.Empty(result.Gpus);
        Assert.Contains("/nowhere/libnvidia-ml.so.1", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_name_that_loads_is_taken()
    {
        using var tree = new FakeTree();

        var result = await new NvmlProbe(new NativeNvml(["/nowhere/first.so", library.Path]), tree.Files).DetectAsync(CancellationToken.None);

        Assert.Equal(3, result.Gpus.Count);
    }
}
