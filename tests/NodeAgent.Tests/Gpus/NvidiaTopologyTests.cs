using Aurora.GpuProbes;
using Aurora.GpuProbes.Nvidia;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class NvidiaTopologyTests
{
    private const string Addresses = "nvidia-smi --query-gpu=index,pci.bus_id";

    [Fact]
    public async Task The_links_are_announced_by_the_index_of_the_gpus_whatever_order_the_tool_has_them_in()
    {
        var commands = new FakeCommands()
            .Answer(Addresses, Recorded.Text("nvidia-smi-addresses.csv"))
            .Answer("nvidia-smi topo -m", Recorded.Text("nvidia-smi-topo.txt"));
        var cards = new FakeProbe("cards", Card("ca"), Card("31"), Card("17"), Card("b1"));

        var inventory = await Detect([cards], [new NvidiaTopologyProbe(commands)]);

        string?[][] expected =
        [
            ["X", "NV4", "PXB", "SYS"],
            ["NV4", "X", "SYS", "NODE"],
            ["PXB", "SYS", "X", "NV4"],
            ["SYS", "NODE", "NV4", "X"],
        ];
        Assert.Equal(["GPU-17", "GPU-31", "GPU-b1", "GPU-ca"], inventory.Devices.Select(device => device.Uuid));
        Assert.Equal(expected, Assert.IsType<string?[][]>(inventory.Facts["gpu_links"]));
    }

    [Fact]
    public async Task A_gpu_that_the_tool_does_not_know_has_no_link_that_is_known()
    {
        var commands = new FakeCommands()
            .Answer(Addresses, Recorded.Text("nvidia-smi-addresses.csv"))
            .Answer("nvidia-smi topo -m", Recorded.Text("nvidia-smi-topo.txt"));

        var inventory = await Detect([new FakeProbe("cards", Card("17"), Card("31"), Card("ff"))], [new NvidiaTopologyProbe(commands)]);

        string?[][] expected = [["X", "NV4", null], ["NV4", "X", null], [null, null, "X"]];
        Assert.Equal(expected, Assert.IsType<string?[][]>(inventory.Facts["gpu_links"]));
    }

    [Fact]
    public async Task The_parts_of_one_card_have_no_link_to_each_other()
    {
        var commands = new FakeCommands()
            .Answer(Addresses, Recorded.Text("nvidia-smi-addresses.csv"))
            .Answer("nvidia-smi topo -m", Recorded.Text("nvidia-smi-topo.txt"));

        var inventory = await Detect(
            [new FakeProbe("cards", Card("17") with { Uuid = "MIG-1" }, Card("17") with { Key = "other", Uuid = "MIG-2" })], [new NvidiaTopologyProbe(commands)]);

        Assert.Equal(2, inventory.Devices.Count);
        Assert.False(inventory.Facts.ContainsKey("gpu_links"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found")]
    [InlineData("\tGPU0\tGPU1\nGPU0\t X \nGPU1\tERR!\t X \n")]
    [InlineData("\tGPU0\tGPU1\nGPU7\tNV4\t X \n")]
    public async Task What_is_no_matrix_tells_no_link(string printed)
    {
        var commands = new FakeCommands().Answer(Addresses, Recorded.Text("nvidia-smi-addresses.csv")).Answer("nvidia-smi topo -m", printed);

        Assert.Empty((await new NvidiaTopologyProbe(commands).DetectAsync(CancellationToken.None)).Links);
    }

    [Fact]
    public async Task A_machine_with_one_gpu_is_not_asked_for_links_and_one_without_the_tool_leaves_no_note()
    {
        var one = new FakeCommands().Answer(Addresses, "0, 00000000:17:00.0\n");

        Assert.Empty((await new NvidiaTopologyProbe(one).DetectAsync(CancellationToken.None)).Links);
        Assert.Single(one.Ran);
        Assert.Null((await new NvidiaTopologyProbe(new FakeCommands()).DetectAsync(CancellationToken.None)).Note);
    }

    private static ProbedGpu Card(string bus) => new(bus, "NVIDIA A100-SXM4-80GB")
    {
        Uuid = $"GPU-{bus}",
        PciId = $"0000:{bus}:00.0",
        MemoryBytes = 80L << 30,
    };

    private static Task<GpuInventory> Detect(params IReadOnlyList<IGpuProbe>[] families) => GpuInventory.DetectAsync(
        families, new GpuProbeOptions { MeasureTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
