using System.Globalization;
using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Amd;

/// <summary>AMD GPUs from the files of the kernel driver: no tool, no library, no rights needed.</summary>
internal sealed class AmdSysfsProbe(HostFiles files) : IGpuProbe
{
    private const string Vendor = "0x1002";

    // A processor's graphics own a sliver of memory that the firmware carves out, and borrow the rest (GTT).
    private const long SmallestCard = 2 * NominalMemory.GB;
    private const long SmallestShare = 8 * NominalMemory.GB;

    private const double MilliCelsius = 1e3;
    private const double MicroWatts = 1e6;

    private IReadOnlyList<(DrmCard Card, ProbedGpu Gpu)> _gpus = [];

    public string Name => "amd-sysfs";

    public TimeSpan MeasureInterval => TimeSpan.Zero;

    public ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var cards = DrmCard.OfVendor(files, Vendor);
        _gpus = [.. cards.Select(card => (card, Describe(card))).Where(pair => pair.Item2.MemoryBytes >= SmallestShare || !pair.Item2.Integrated)];
        return new((cards.Count, _gpus.Count) switch
        {
            (0, _) => GpuProbeResult.Nothing("no AMD GPU under /sys/class/drm"),
            (_, 0) => new GpuProbeResult([], Settled: true, $"the processor's own AMD graphics have too little memory to count; state them in {StatedGpus.Variable} to use them"),
            _ => new GpuProbeResult([.. _gpus.Select(pair => pair.Gpu)], Settled: _gpus.All(pair => pair.Gpu.MemoryBytes is not null)),
        });
    }

    public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken) =>
        new([.. _gpus.Select(pair => Measure(pair.Card, pair.Gpu))]);

    private ProbedGpu Describe(DrmCard card)
    {
        var path = card.DevicePath;
        var vram = files.Number(path + "/mem_info_vram_total");
        var integrated = vram < SmallestCard;
        var device = files.Text(path + "/device");
        return new ProbedGpu(card.Name, AmdNames.Find(files, device, files.Text(path + "/revision"), files.Text(path + "/product_name")))
        {
            // The runtime's own spelling, which the device selection variables accept.
            Uuid = files.Text(path + "/unique_id") is { Length: > 0 } id ? "GPU-" + id : null,
            PciId = card.PciId(files),
            MemoryBytes = integrated ? vram + (files.Number(path + "/mem_info_gtt_total") ?? 0) : vram,
            UnifiedMemory = integrated,
            Integrated = integrated,
        };
    }

    private GpuReading Measure(DrmCard card, ProbedGpu gpu)
    {
        var path = card.DevicePath;
        var used = files.Number(path + "/mem_info_vram_used");
        return new GpuReading(gpu.Key)
        {
            MemoryUsedBytes = gpu.Integrated ? used + (files.Number(path + "/mem_info_gtt_used") ?? 0) : used,
            Utilization = VendorNumber.Ratio(files.Number(path + "/gpu_busy_percent")),
            TemperatureCelsius = card.Sensor(files, MilliCelsius, "temp1_input"),
            PowerWatts = card.Sensor(files, MicroWatts, "power1_average", "power1_input"),
            Errors = ReadErrors(path),
        };
    }

    // "ue: 0" and "ce: 12" on a line each, of cards whose memory corrects errors (the kernel's amdgpu documentation, RAS).
    private GpuErrors? ReadErrors(string path)
    {
        var lines = (files.Text(path + "/ras/umc_err_count") ?? "").Split('\n');
        var errors = new GpuErrors { EccCorrected = Count("ce"), EccUncorrected = Count("ue") };
        return errors is { EccCorrected: null, EccUncorrected: null } ? null : errors;

        long? Count(string name) => lines.Select(line => line.Split(':', StringSplitOptions.TrimEntries))
            .Select(line => line is [var found, var text] && found == name && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (long?)null)
            .FirstOrDefault(count => count is not null);
    }
}
