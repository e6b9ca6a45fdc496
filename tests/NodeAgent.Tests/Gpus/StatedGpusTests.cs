using Aurora.GpuProbes;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class StatedGpusTests
{
    [Fact]
    public async Task Stated_gpus_take_the_place_of_detection()
    {
        var inventory = await Detect("""[{"type":"RTX 4090","memory_gb":24},{"type":"RTX 4090","memory_gb":23.5,"uuid":"GPU-1","rack":"B4"}]""");

        Assert.Equal([new(0, "RTX 4090", 24L << 30, null), new(1, "RTX 4090", 47L << 29, "GPU-1")], inventory.Devices);
        Assert.Equal("stated", inventory.Facts["gpu_probe"]);
        Assert.Equal("B4", inventory.Facts["gpu_1_rack"]);
        Assert.False(inventory.Facts.ContainsKey("cuda_available"), "Nobody looked for CUDA.");
        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_empty_list_is_a_node_without_gpus() => Assert.Empty((await Detect("[]")).Devices);

    [Theory]
    [InlineData("nonsense", "not JSON")]
    [InlineData("", "not JSON")]
    [InlineData("{}", "it is a JSON object")]
    [InlineData("null", "it is a JSON null")]
    [InlineData("[3]", "AURORA_GPUS[0] must be an object")]
    [InlineData("[{}]", "AURORA_GPUS[0] lacks type")]
    [InlineData("""[{"type":"A"}]""", "AURORA_GPUS[0] lacks memory_gb")]
    [InlineData("""[{"type":" ","memory_gb":1}]""", "AURORA_GPUS[0].type must be a text")]
    [InlineData("""[{"type":7,"memory_gb":1}]""", "AURORA_GPUS[0].type must be a text")]
    [InlineData("""[{"type":"A","memory_gb":"24"}]""", "AURORA_GPUS[0].memory_gb must be a number")]
    [InlineData("""[{"type":"A","memory_gb":0}]""", "AURORA_GPUS[0].memory_gb must be a number")]
    [InlineData("""[{"type":"A","memory_gb":-1}]""", "AURORA_GPUS[0].memory_gb must be a number")]
    [InlineData("""[{"type":"A","memory_gb":1e999}]""", "AURORA_GPUS[0].memory_gb must be a number")]
    [InlineData("""[{"type":"A","memory_gb":1},{"type":"B","memory_gb":1,"uuid":null}]""", "AURORA_GPUS[1].uuid must be a text")]
    public void A_list_that_cannot_be_read_says_what_the_variable_must_be(string json, string message)
    {
        var exception = Assert.Throws<GpuConfigurationException>(() => StatedGpus.Parse(json));

        Assert.Contains("AURORA_GPUS", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("0", false)]
    [InlineData("true", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    [InlineData("auto", true)]
    public void Only_a_plain_no_disables_gpus(string? value, bool enabled) =>
        Assert.Equal(enabled, GpuProbeOptions.FromEnvironment(name => name == "GPU_ENABLED" ? value : null).Enabled);

    [Fact]
    public async Task Disabled_gpus_win_over_stated_ones()
    {
        var options = new GpuProbeOptions { Enabled = false, Stated = "nonsense" };

        var inventory = await GpuInventory.DetectAsync(options, NullLogger.Instance, CancellationToken.None);

        Assert.Empty(inventory.Devices);
        Assert.Equal(false, inventory.Facts["cuda_available"]);
    }

    [Fact]
    public void A_variable_that_a_compose_file_leaves_empty_is_not_set()
    {
        var options = GpuProbeOptions.FromEnvironment(_ => " ");

        Assert.Null(options.Stated);
        Assert.Null(options.NvmlPath);
    }

    [Fact]
    public void The_environment_names_the_list_and_the_library()
    {
        const string One = """[{"type":"A40","memory_gb":48}]""";
        var options = GpuProbeOptions.FromEnvironment(name => name == "AURORA_GPUS" ? One : name);

        Assert.Equal(One, options.Stated);
        Assert.Equal("AURORA_NVML_PATH", options.NvmlPath);
    }

    private static Task<GpuInventory> Detect(string json) =>
        GpuInventory.DetectAsync(new GpuProbeOptions { Stated = json }, NullLogger.Instance, CancellationToken.None);
}
