using System.Text;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// NVML through P/Invoke. It is started once and never shut down: the driver lets go of it with the process, and a
/// shutdown would wait behind a call that hangs in a broken driver.
/// </summary>
/// <param name="names">Library names or paths in the order to try.</param>
internal sealed class NativeNvml(IReadOnlyList<string> names) : INvml
{
    private const int LongestText = 96;
    private const int LongestVersion = 80;

    // nvmlEventTypeXidCriticalError of nvml.h.
    private const ulong XidEvents = 8;

    private delegate int FillText(Span<byte> text, uint length);

    public NvmlAnswer<string> Initialize() => NvmlLibrary.TryLoad(names) is { } reason
        ? new(NvmlReturn.LibraryNotFound, reason)
        : Call(() => (NvmlImports.Init(), ""));

    public NvmlAnswer<string> DriverVersion() => Text(NvmlImports.SystemGetDriverVersion, LongestVersion);

    public NvmlAnswer<int> CudaDriverVersion() => Call(() => (NvmlImports.SystemGetCudaDriverVersion(out var version), version));

    public NvmlAnswer<uint> DeviceCount() => Call(() => (NvmlImports.DeviceGetCount(out var count), count));

    public NvmlAnswer<nint> Device(uint index) => Call(() => (NvmlImports.DeviceGetHandleByIndex(index, out var device), device));

    public NvmlAnswer<string> Name(nint device) =>
        Text((text, length) => NvmlImports.DeviceGetName(device, text, length), LongestText);

    public NvmlAnswer<string> Uuid(nint device) =>
        Text((text, length) => NvmlImports.DeviceGetUuid(device, text, length), LongestText);

    public NvmlAnswer<string> PciBusId(nint device) => Call(() =>
    {
        Span<byte> info = stackalloc byte[NvmlImports.PciInfoSize];
        info.Clear();
        return (NvmlImports.DeviceGetPciInfo(device, info), Decode(info[NvmlImports.PciBusIdOffset..]));
    });

    public NvmlAnswer<(int Major, int Minor)> ComputeCapability(nint device) =>
        Call(() => (NvmlImports.DeviceGetCudaComputeCapability(device, out var major, out var minor), (major, minor)));

    public NvmlAnswer<NvmlMemory> MemoryV2(nint device) => Call(() =>
    {
        var memory = NvmlMemoryV2Layout.Create();
        return (NvmlImports.DeviceGetMemoryInfoV2(device, ref memory), new NvmlMemory((long)memory.Total, (long)memory.Free));
    });

    public NvmlAnswer<NvmlMemory> MemoryV1(nint device) =>
        Call(() => (NvmlImports.DeviceGetMemoryInfoV1(device, out var memory), new NvmlMemory((long)memory.Total, (long)memory.Free)));

    public NvmlAnswer<uint> GpuUtilization(nint device) =>
        Call(() => (NvmlImports.DeviceGetUtilizationRates(device, out var utilization), utilization.Gpu));

    public NvmlAnswer<int> TemperatureV(nint device) => Call(() =>
    {
        var temperature = NvmlTemperatureLayout.Create();
        return (NvmlImports.DeviceGetTemperatureV(device, ref temperature), temperature.Celsius);
    });

    public NvmlAnswer<int> TemperatureV1(nint device) =>
        Call(() => (NvmlImports.DeviceGetTemperature(device, sensor: 0, out var celsius), (int)celsius));

    public NvmlAnswer<uint> PowerMilliwatts(nint device) =>
        Call(() => (NvmlImports.DeviceGetPowerUsage(device, out var milliwatts), milliwatts));

    public NvmlAnswer<ulong> EnergyMillijoules(nint device) =>
        Call(() => (NvmlImports.DeviceGetTotalEnergyConsumption(device, out var millijoules), millijoules));

    public NvmlAnswer<ulong> EccErrors(nint device, bool corrected) =>
        Call(() => (NvmlImports.DeviceGetTotalEccErrors(device, corrected ? 0 : 1, counterType: 0, out var count), count));

    public NvmlAnswer<nint> EventSet() => Call(() => (NvmlImports.EventSetCreate(out var events), events));

    public NvmlReturn WatchXids(nint device, nint events) =>
        Call(() => (NvmlImports.DeviceRegisterEvents(device, XidEvents, events), true)).Code;

    public NvmlAnswer<NvmlXid> NextXid(nint events) =>
        Call(() => (NvmlImports.EventSetWait(events, out var occurred, milliseconds: 0), new NvmlXid(occurred.Device, occurred.Data)));

    public NvmlAnswer<bool> MigEnabled(nint device) =>
        Call(() => (NvmlImports.DeviceGetMigMode(device, out var current, out _), current == 1));

    public NvmlAnswer<uint> MaxMigDeviceCount(nint device) =>
        Call(() => (NvmlImports.DeviceGetMaxMigDeviceCount(device, out var count), count));

    public NvmlAnswer<nint> MigDevice(nint device, uint index) =>
        Call(() => (NvmlImports.DeviceGetMigDeviceHandleByIndex(device, index, out var migDevice), migDevice));

    public NvmlAnswer<NvmlMigShape> MigShape(nint migDevice) => Call(() =>
    {
        var code = NvmlImports.DeviceGetAttributes(migDevice, out var attributes);
        return (code, new NvmlMigShape(
            attributes.GpuInstanceSliceCount, attributes.ComputeInstanceSliceCount, (long)attributes.MemorySizeMB << 20));
    });

    private static NvmlAnswer<string> Text(FillText fill, int length) => Call(() =>
    {
        Span<byte> text = stackalloc byte[length];
        text.Clear();
        return (fill(text, (uint)length), Decode(text));
    });

    private static NvmlAnswer<T> Call<T>(Func<(int Code, T Value)> call)
    {
        try
        {
            var (code, value) = call();
            return new NvmlAnswer<T>((NvmlReturn)code, value);
        }
        catch (EntryPointNotFoundException)
        {
            return new NvmlAnswer<T>(NvmlReturn.FunctionNotFound, default!);
        }
        catch (DllNotFoundException)
        {
            return new NvmlAnswer<T>(NvmlReturn.LibraryNotFound, default!);
        }
    }

    private static string Decode(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
