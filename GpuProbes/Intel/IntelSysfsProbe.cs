using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Intel;

/// <summary>
/// Intel GPUs from the files of the kernel drivers. Only some drivers tell the memory of a card there; a card without
/// it is integrated graphics or left to <see cref="XpuSmiProbe"/>.
/// </summary>
internal sealed class IntelSysfsProbe(HostFiles files) : IGpuProbe
{
    private const string Vendor = "0x8086";
    private const double MilliCelsius = 1e3;
    private const double MicroWatts = 1e6;

    private IReadOnlyList<(DrmCard Card, ProbedGpu Gpu)> _gpus = [];

    public string Name => "intel-sysfs";

    public TimeSpan MeasureInterval => TimeSpan.Zero;

    public ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var cards = DrmCard.OfVendor(files, Vendor);
        _gpus = [.. cards.Select(card => (card, Describe(card))).Where(pair => pair.Item2.MemoryBytes > 0)];
        var silent = cards.Count - _gpus.Count;
        return new(cards.Count == 0
            ? GpuProbeResult.Nothing("no Intel GPU under /sys/class/drm")
            : new GpuProbeResult(
                [.. _gpus.Select(pair => pair.Gpu)],
                Settled: silent == 0,
                silent > 0 ? $"{silent} Intel GPU(s) without memory of their own that the kernel would tell: integrated graphics do not count" : null));
    }

    public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken) =>
        new([.. _gpus.Select(pair => Measure(pair.Card, pair.Gpu))]);

    private ProbedGpu Describe(DrmCard card)
    {
        var path = card.DevicePath;
        var device = files.Text(path + "/device");
        var name = PciNames.Find(files, Vendor, device) ?? $"GPU {device}";
        return new ProbedGpu(card.Name, name.StartsWith("Intel", StringComparison.Ordinal) ? name : "Intel " + name)
        {
            PciId = card.PciId(files),

            // The two drivers, i915 and xe, put it in different places.
            MemoryBytes = files.Number(card.Path + "/lmem_total_bytes") ?? files.Number(path + "/tile0/physical_vram_size_bytes"),
        };
    }

    private GpuReading Measure(DrmCard card, ProbedGpu gpu) => new(gpu.Key)
    {
        MemoryFreeBytes = files.Number(card.Path + "/lmem_avail_bytes"),
        TemperatureCelsius = card.Sensor(files, MilliCelsius, "temp1_input", "temp2_input"),
        PowerWatts = card.Sensor(files, MicroWatts, "power1_input", "power1_average"),
    };
}
