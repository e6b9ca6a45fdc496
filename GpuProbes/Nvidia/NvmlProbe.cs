using System.Globalization;
using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>NVIDIA GPUs through the driver's own library: the only NVIDIA interface that promises to stay compatible.</summary>
internal sealed class NvmlProbe(INvml nvml, HostFiles files) : IGpuProbe
{
    private List<NvmlDevice> _devices = [];
    private NvmlXids? _xids;

    public string Name => "nvml";

    public TimeSpan MeasureInterval => TimeSpan.Zero;

    public ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var start = nvml.Initialize();
        if (!start.Ok)
        {
            return new(GpuProbeResult.Nothing(start is { Code: NvmlReturn.LibraryNotFound, Value.Length: > 0 } ? start.Value : NvmlReasons.Of(start.Code)));
        }

        var detection = new NvmlDetection(nvml, files);
        detection.Run();
        _devices = detection.Devices;
        _xids ??= NvmlXids.Watch(nvml, _devices.Select(device => device.Board).Distinct());
        if (_devices.Count == 0 && detection.Notes.Count == 0)
        {
            detection.Notes.Add("the driver runs and shows no GPU");
        }

        return new(new GpuProbeResult(
            [.. _devices.Select(device => device.Gpu)],
            Settled: true,
            detection.Notes.Count > 0 ? string.Join("; ", detection.Notes) : null)
        {
            Facts = ReadFacts(),
        });
    }

    public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        _xids?.Read();
        return new([.. _devices.Select(Measure).OfType<GpuReading>()]);
    }

    private GpuReading? Measure(NvmlDevice device)
    {
        var power = nvml.PowerMilliwatts(device.Board);
        if (power.Code is NvmlReturn.GpuIsLost or NvmlReturn.ResetRequired)
        {
            // A lost GPU still answers some calls with its last values.
            return null;
        }

        var utilization = nvml.GpuUtilization(device.Handle);
        var reading = new GpuReading(device.Gpu.Key)
        {
            MemoryFreeBytes = device.Gpu.UnifiedMemory
                ? HostMemory.Read(files)?.AvailableBytes
                : NvmlDetection.ReadMemory(nvml, device.Handle)?.FreeBytes,
            Utilization = utilization.Ok ? VendorNumber.Ratio(utilization.Value) : null,
            TemperatureCelsius = ReadTemperature(device.Board),
            PowerWatts = power.Ok ? power.Value / 1000.0 : null,
            // A board's energy under each of its MIG devices would be counted as often as there are devices.
            EnergyJoules = device.Handle == device.Board && nvml.EnergyMillijoules(device.Board) is { Ok: true, Value: var millijoules } ? millijoules / 1000.0 : null,
            Errors = ReadErrors(device),
        };
        return reading == new GpuReading(device.Gpu.Key) ? null : reading;
    }

    // A board's errors are told of once, under the first of its MIG devices.
    private GpuErrors? ReadErrors(NvmlDevice device)
    {
        if (_devices.First(each => each.Board == device.Board) != device)
        {
            return null;
        }

        var (corrected, uncorrected) = (nvml.EccErrors(device.Board, corrected: true), nvml.EccErrors(device.Board, corrected: false));
        var xids = _xids?.Of(device.Board);
        return !corrected.Ok && !uncorrected.Ok && xids is null or { Count: 0 } ? null : new GpuErrors
        {
            EccCorrected = corrected.Ok ? (long)corrected.Value : null,
            EccUncorrected = uncorrected.Ok ? (long)uncorrected.Value : null,
            Xids = xids ?? new Dictionary<int, long>(),
        };
    }

    // The versioned call is the one that stays; drivers before it have only the other.
    private double? ReadTemperature(nint device)
    {
        var celsius = nvml.TemperatureV(device);
        if (!celsius.Ok)
        {
            celsius = nvml.TemperatureV1(device);
        }

        return celsius.Ok ? celsius.Value : null;
    }

    private Dictionary<string, object> ReadFacts()
    {
        var facts = new Dictionary<string, object> { [GpuFactNames.CudaAvailable] = _devices.Count > 0 };
        if (nvml.DriverVersion() is { Ok: true, Value.Length: > 0 } driver)
        {
            facts[GpuFactNames.DriverVersion] = driver.Value;
        }

        if (nvml.CudaDriverVersion() is { Ok: true, Value: var cuda })
        {
            facts[GpuFactNames.CudaVersion] = string.Create(CultureInfo.InvariantCulture, $"{cuda / 1000}.{cuda % 1000 / 10}");
        }

        if (_devices.Count > 0 && nvml.ComputeCapability(_devices[0].Board) is { Ok: true, Value: var capability })
        {
            facts[GpuFactNames.ComputeCapability] = string.Create(CultureInfo.InvariantCulture, $"{capability.Major}.{capability.Minor}");
        }

        return facts;
    }
}
