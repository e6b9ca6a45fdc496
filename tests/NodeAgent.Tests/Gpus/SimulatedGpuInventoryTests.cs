using Aurora.NodeAgent.Gpus;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class SimulatedGpuInventoryTests
{
    private readonly SimulatedGpuInventory _inventory = new([("RTX 4090", 24), ("A100", 80)]);

    [Fact]
    public void Made_up_gpus_say_that_they_are()
    {
        Assert.Equal(true, _inventory.Facts["simulated"]);
        Assert.Equal([new(0, "RTX 4090", 24L << 30, "SIMULATED-0"), new(1, "A100", 80L << 30, "SIMULATED-1")], _inventory.Devices);
    }

    [Fact]
    public async Task Telemetry_follows_the_load_that_is_set()
    {
        _inventory.SetLoad(1, 20L << 30, 0.5);

        Assert.Equal([new(0, 0, 0, 34, 25), new(1, 20L << 30, 0.5, 56, 187.5)], await _inventory.MeasureAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_load_beyond_the_device_is_brought_into_it()
    {
        _inventory.SetLoad(0, long.MaxValue, 7);

        var busy = (await _inventory.MeasureAsync(CancellationToken.None))[0];
        Assert.Equal((24L << 30, 1.0), (busy.MemoryUsedBytes, busy.Utilization));
    }
}
