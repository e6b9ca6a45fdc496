using Aurora.GpuProbes;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class GpuInventoryTests
{
    private const long GB = NominalMemory.GB;

    private static readonly ProbedGpu Card = new("a", "NVIDIA GeForce RTX 4090") { Uuid = "GPU-1", PciId = "0000:01:00.0", MemoryBytes = 24564L << 20 };

    [Fact]
    public async Task A_gpu_that_two_probes_know_counts_once_and_takes_what_the_first_lacks_from_the_second()
    {
        var first = new FakeProbe("first", Card with { Uuid = null, MemoryBytes = null })
        {
            OnMeasure = () => Readings(new GpuReading("a") { Utilization = 0.5 }),
        };
        var second = new FakeProbe("second", Card with { Key = "b", Type = "another name" })
        {
            OnMeasure = () => Readings(new GpuReading("b") { Utilization = 0.9, MemoryFreeBytes = 4 * GB, PowerWatts = 100 }),
        };

        var inventory = await Detect([first, second]);
        var telemetry = await inventory.MeasureAsync(CancellationToken.None);

        var device = Assert.Single(inventory.Devices);
        Assert.Equal(new(0, "NVIDIA GeForce RTX 4090", 24 * GB, "GPU-1"), device);
        Assert.Equal(new(0, 20 * GB, 0.5, null, 100), Assert.Single(telemetry));
        Assert.Equal("first, second", inventory.Facts["gpu_probe"]);
    }

    [Fact]
    public async Task Devices_of_one_pci_address_with_different_ids_are_different_devices()
    {
        var inventory = await Detect([new FakeProbe("mig", Card with { Key = "x", Uuid = "MIG-1" }, Card with { Key = "y", Uuid = "MIG-2" })]);

        Assert.Equal(["MIG-1", "MIG-2"], inventory.Devices.Select(device => device.Uuid));
    }

    [Fact]
    public async Task Identical_cards_without_any_id_all_count()
    {
        var bare = new ProbedGpu("0", "Card") { MemoryBytes = 8 * GB };

        var inventory = await Detect([new FakeProbe("p", bare, bare with { Key = "1" })]);

        Assert.Equal([0, 1], inventory.Devices.Select(device => device.Index));
    }

    [Fact]
    public async Task Devices_are_numbered_by_pci_address_whatever_order_the_probe_lists_them_in()
    {
        var late = Card with { Key = "late", Uuid = "GPU-late", PciId = "0000:c1:00.0" };

        var one = await Detect([new FakeProbe("p", late, Card)]);
        var other = await Detect([new FakeProbe("p", Card, late)]);

        Assert.Equal(["GPU-1", "GPU-late"], one.Devices.Select(device => device.Uuid));
        Assert.Equal(one.Devices, other.Devices);
    }

    [Fact]
    public async Task Integrated_graphics_count_only_on_a_machine_without_a_card()
    {
        var integrated = new ProbedGpu("i", "AMD Radeon Graphics") { MemoryBytes = 16 * GB, Integrated = true, UnifiedMemory = true };

        var beside = await Detect([new FakeProbe("nvidia", Card)], [new FakeProbe("amd", integrated)]);
        var alone = await Detect([new FakeProbe("amd", integrated)]);

        Assert.Equal("GPU-1", Assert.Single(beside.Devices).Uuid);
        Assert.Equal("AMD Radeon Graphics", Assert.Single(alone.Devices).Type);
        Assert.Equal(true, alone.Facts["unified_memory"]);
        Assert.False(beside.Facts.ContainsKey("unified_memory"));
    }

    [Fact]
    public async Task A_probe_that_settles_the_matter_keeps_the_rest_of_its_family_from_being_asked()
    {
        var next = new FakeProbe("next");
        var otherFamily = new FakeProbe("other");

        await Detect([new FakeProbe("first", Card) { Settled = true }, next], [otherFamily]);

        Assert.Equal(0, next.Detected);
        Assert.Equal(1, otherFamily.Detected);
    }

    [Fact]
    public async Task Probes_that_hang_or_throw_leave_a_note_and_stop_nobody()
    {
        var inventory = await Detect(
            new GpuProbeOptions { DetectTimeout = TimeSpan.FromSeconds(1) },
            [new FakeProbe("hangs") { OnDetect = () => Never<GpuProbeResult>() }, new FakeProbe("throws") { OnDetect = () => throw new InvalidCastException("broken") }],
            [new FakeProbe("good", Card)]);

        Assert.Single(inventory.Devices);
        Assert.Equal(["hangs: no answer within 1 s", "throws: failed: broken"], Assert.IsType<string[]>(inventory.Facts["gpu_probe_notes"]));
    }

    [Fact]
    public async Task A_machine_without_gpus_is_cpu_only_and_measures_nothing()
    {
        var inventory = await Detect([new FakeProbe("p") { Note = "nothing here" }]);

        Assert.Empty(inventory.Devices);
        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
        Assert.Equal(false, inventory.Facts["cuda_available"]);
        Assert.Equal("none", inventory.Facts["gpu_probe"]);
    }

    [Fact]
    public async Task Detection_that_the_caller_gives_up_is_cancelled()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GpuInventory.DetectAsync(
            [[new FakeProbe("hangs") { OnDetect = () => Never<GpuProbeResult>() }]], Impatient, TimeProvider.System, NullLogger.Instance, gone.Token));
    }

    [Fact]
    public async Task A_measurement_that_throws_leaves_only_its_own_gpus_out()
    {
        var broken = new FakeProbe("broken", Card) { OnMeasure = () => throw new InvalidOperationException("driver gone") };
        var other = new FakeProbe("other", new ProbedGpu("o", "AMD") { PciId = "0000:02:00.0" })
        {
            OnMeasure = () => Readings(new GpuReading("o") { TemperatureCelsius = 40 }),
        };

        var inventory = await Detect([broken], [other]);

        Assert.Equal(new(1, null, null, 40, null), Assert.Single(await inventory.MeasureAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_measurement_that_hangs_is_started_once_and_serves_again_when_it_recovers()
    {
        var stuck = new TaskCompletionSource<IReadOnlyList<GpuReading>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource();
        var probe = new FakeProbe("p", Card)
        {
            OnMeasure = () =>
            {
                started.SetResult();
                return stuck.Task;
            },
        };
        var inventory = await Detect(Impatient, [probe]);

        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
        await started.Task;
        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
        Assert.Equal(1, probe.Measured);

        probe.OnMeasure = () => Readings(new GpuReading("a") { Utilization = 1 });
        stuck.SetException(new TimeoutException("the driver gave up"));
        IReadOnlyList<Aurora.Grains.Interfaces.Nodes.GpuTelemetry> telemetry = [];
        for (var call = 0; call < 1000 && telemetry.Count == 0; call++)
        {
            telemetry = await inventory.MeasureAsync(CancellationToken.None);
        }

        Assert.Equal(1, Assert.Single(telemetry).Utilization);
    }

    [Fact]
    public async Task A_caller_that_leaves_gets_an_empty_answer_and_no_exception()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var inventory = await Detect([new FakeProbe("p", Card) { OnMeasure = () => Never<IReadOnlyList<GpuReading>>() }]);

        Assert.Empty(await inventory.MeasureAsync(gone.Token));
    }

    [Fact]
    public async Task A_costly_probe_is_asked_again_only_after_its_interval()
    {
        var clock = new ManualClock();
        var probe = new FakeProbe("p", Card)
        {
            MeasureInterval = TimeSpan.FromSeconds(5),
            OnMeasure = () => Readings(new GpuReading("a") { Utilization = 0.25 }),
        };
        var inventory = await GpuInventory.DetectAsync([[probe]], new GpuProbeOptions(), clock, NullLogger.Instance, CancellationToken.None);

        await inventory.MeasureAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Single(await inventory.MeasureAsync(CancellationToken.None));
        Assert.Equal(1, probe.Measured);

        clock.Advance(TimeSpan.FromSeconds(2));
        await inventory.MeasureAsync(CancellationToken.None);
        Assert.Equal(2, probe.Measured);
    }

    [Fact]
    public async Task A_slow_tool_serves_its_last_answer_until_that_is_stale()
    {
        var clock = new ManualClock();
        var probe = new FakeProbe("p", Card)
        {
            MeasureInterval = TimeSpan.FromSeconds(5),
            OnMeasure = () => Readings(new GpuReading("a") { Utilization = 0.25 }),
        };
        var inventory = await GpuInventory.DetectAsync([[probe]], new GpuProbeOptions(), clock, NullLogger.Instance, CancellationToken.None);
        await inventory.MeasureAsync(CancellationToken.None);
        probe.OnMeasure = () => Never<IReadOnlyList<GpuReading>>();

        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Single(await inventory.MeasureAsync(CancellationToken.None));

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_reading_without_values_and_one_of_an_unknown_gpu_are_left_out()
    {
        var probe = new FakeProbe("p", Card) { OnMeasure = () => Readings(new GpuReading("a"), new GpuReading("stranger") { Utilization = 1 }) };

        var inventory = await Detect([probe]);

        Assert.Empty(await inventory.MeasureAsync(CancellationToken.None));
    }

    // Only for measurements that never end; the others must not depend on how busy the machine is.
    private static GpuProbeOptions Impatient { get; } = new() { MeasureTimeout = TimeSpan.FromMilliseconds(50) };

    private static Task<GpuInventory> Detect(params IReadOnlyList<IGpuProbe>[] families) =>
        Detect(new GpuProbeOptions { MeasureTimeout = TimeSpan.FromMinutes(1) }, families);

    private static Task<GpuInventory> Detect(GpuProbeOptions options, params IReadOnlyList<IGpuProbe>[] families) =>
        GpuInventory.DetectAsync(families, options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    private static Task<IReadOnlyList<GpuReading>> Readings(params GpuReading[] readings) => Task.FromResult<IReadOnlyList<GpuReading>>(readings);

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
