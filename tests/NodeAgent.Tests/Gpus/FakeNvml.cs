using Aurora.GpuProbes.Nvidia;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>One device of <see cref="FakeNvml"/>; its number makes its id, its handle and its watts.</summary>
internal sealed class FakeNvmlDevice(int number)
{
    public int Number => number;

    public string Name { get; init; } = "NVIDIA GeForce RTX 4090";

    public NvmlReturn HandleCode { get; init; }

    public NvmlReturn MemoryV2Code { get; init; }

    public NvmlReturn MemoryV1Code { get; init; }

    public NvmlReturn TemperatureVCode { get; init; }

    public NvmlReturn PowerCode { get; set; }

    /// <summary>Boards before Volta do not count energy.</summary>
    public NvmlReturn EnergyCode { get; set; } = NvmlReturn.NotSupported;

    /// <summary>Errors of the memory, corrected and not; null where the device does not count them.</summary>
    public (ulong Corrected, ulong Uncorrected)? Ecc { get; set; }

    /// <summary>Null where the device knows no MIG.</summary>
    public IReadOnlyList<FakeNvmlDevice>? Mig { get; init; }
}

/// <summary>NVML without a library, for what the probe makes of its answers.</summary>
internal sealed class FakeNvml(params FakeNvmlDevice[] devices) : INvml
{
    private const long MiB = 1 << 20;

    public int Cuda { get; init; } = 13000;

    /// <summary>XID errors that the driver has not told yet; null for a driver that tells none.</summary>
    public Queue<NvmlXid>? Xids { get; init; }

    public NvmlAnswer<string> Initialize() => new(NvmlReturn.Success, "");

    public NvmlAnswer<string> DriverVersion() => new(NvmlReturn.Success, "580.65.06");

    public NvmlAnswer<int> CudaDriverVersion() => new(NvmlReturn.Success, Cuda);

    public NvmlAnswer<uint> DeviceCount() => new(NvmlReturn.Success, (uint)devices.Length);

    public NvmlAnswer<nint> Device(uint index) => new(devices[index].HandleCode, devices[index].Number);

    public NvmlAnswer<string> Name(nint device) => new(NvmlReturn.Success, Find(device).Name);

    public NvmlAnswer<string> Uuid(nint device) => new(NvmlReturn.Success, $"GPU-{device}");

    public NvmlAnswer<string> PciBusId(nint device) => new(NvmlReturn.Success, $"00000000:{device:x2}:00.0");

    public NvmlAnswer<(int Major, int Minor)> ComputeCapability(nint device) => new(NvmlReturn.Success, (8, 9));

    public NvmlAnswer<NvmlMemory> MemoryV2(nint device) => new(Find(device).MemoryV2Code, new(24564 * MiB, 1000 * MiB));

    public NvmlAnswer<NvmlMemory> MemoryV1(nint device) => new(Find(device).MemoryV1Code, new(24564 * MiB, 1000 * MiB));

    public NvmlAnswer<uint> GpuUtilization(nint device) => new(NvmlReturn.NotSupported, 0);

    public NvmlAnswer<int> TemperatureV(nint device) => new(Find(device).TemperatureVCode, 60);

    public NvmlAnswer<int> TemperatureV1(nint device) => new(NvmlReturn.Success, 50);

    public NvmlAnswer<uint> PowerMilliwatts(nint device) => new(Find(device).PowerCode, (uint)device * 1000);

    public NvmlAnswer<ulong> EnergyMillijoules(nint device) => new(Find(device).EnergyCode, (ulong)device * 5000);

    public NvmlAnswer<ulong> EccErrors(nint device, bool corrected) => Find(device).Ecc is { } ecc
        ? new(NvmlReturn.Success, corrected ? ecc.Corrected : ecc.Uncorrected)
        : new(NvmlReturn.NotSupported, 0);

    public NvmlAnswer<nint> EventSet() => Xids is null ? new(NvmlReturn.NotSupported, 0) : new(NvmlReturn.Success, 1);

    public NvmlReturn WatchXids(nint device, nint events) => NvmlReturn.Success;

    public NvmlAnswer<NvmlXid> NextXid(nint events) => Xids!.TryDequeue(out var xid) ? new(NvmlReturn.Success, xid) : new(NvmlReturn.Timeout, default);

    public NvmlAnswer<bool> MigEnabled(nint device) =>
        Find(device).Mig is null ? new(NvmlReturn.NotSupported, false) : new(NvmlReturn.Success, true);

    public NvmlAnswer<uint> MaxMigDeviceCount(nint device) => new(NvmlReturn.Success, 7);

    public NvmlAnswer<nint> MigDevice(nint device, uint index) =>
        Find(device).Mig is { } mig && index < mig.Count ? new(NvmlReturn.Success, mig[(int)index].Number) : new(NvmlReturn.NotFound, 0);

    public NvmlAnswer<NvmlMigShape> MigShape(nint migDevice) => new(NvmlReturn.Success, new(1, 1, 9856 * MiB));

    private FakeNvmlDevice Find(nint handle) =>
        devices.Concat(devices.SelectMany(device => device.Mig ?? [])).First(device => device.Number == handle);
}
