using System.Runtime.InteropServices;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>The native functions as they are. <see cref="NvmlLibrary"/> must have loaded the library before the first call.</summary>
internal static partial class NvmlImports
{
    public const string Library = "aurora-nvml";

    /// <summary>nvmlPciInfo_t: the address is the text at 36 of its 68 bytes.</summary>
    public const int PciInfoSize = 68;
    public const int PciBusIdOffset = 36;

    [LibraryImport(Library, EntryPoint = "nvmlInit_v2")]
    public static partial int Init();

    [LibraryImport(Library, EntryPoint = "nvmlSystemGetDriverVersion")]
    public static partial int SystemGetDriverVersion(Span<byte> text, uint length);

    [LibraryImport(Library, EntryPoint = "nvmlSystemGetCudaDriverVersion_v2")]
    public static partial int SystemGetCudaDriverVersion(out int version);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetCount_v2")]
    public static partial int DeviceGetCount(out uint count);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    public static partial int DeviceGetHandleByIndex(uint index, out nint device);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetName")]
    public static partial int DeviceGetName(nint device, Span<byte> text, uint length);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetUUID")]
    public static partial int DeviceGetUuid(nint device, Span<byte> text, uint length);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetPciInfo_v3")]
    public static partial int DeviceGetPciInfo(nint device, Span<byte> info);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetCudaComputeCapability")]
    public static partial int DeviceGetCudaComputeCapability(nint device, out int major, out int minor);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMemoryInfo_v2")]
    public static partial int DeviceGetMemoryInfoV2(nint device, ref NvmlMemoryV2Layout memory);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMemoryInfo")]
    public static partial int DeviceGetMemoryInfoV1(nint device, out NvmlMemoryV1Layout memory);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetUtilizationRates")]
    public static partial int DeviceGetUtilizationRates(nint device, out NvmlUtilizationLayout utilization);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetTemperatureV")]
    public static partial int DeviceGetTemperatureV(nint device, ref NvmlTemperatureLayout temperature);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetTemperature")]
    public static partial int DeviceGetTemperature(nint device, int sensor, out uint celsius);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetPowerUsage")]
    public static partial int DeviceGetPowerUsage(nint device, out uint milliwatts);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetTotalEnergyConsumption")]
    public static partial int DeviceGetTotalEnergyConsumption(nint device, out ulong millijoules);

    /// <param name="errorType">0 corrected, 1 not corrected.</param>
    /// <param name="counterType">0 since the driver was loaded, 1 over the life of the card.</param>
    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetTotalEccErrors")]
    public static partial int DeviceGetTotalEccErrors(nint device, int errorType, int counterType, out ulong count);

    [LibraryImport(Library, EntryPoint = "nvmlEventSetCreate")]
    public static partial int EventSetCreate(out nint events);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceRegisterEvents")]
    public static partial int DeviceRegisterEvents(nint device, ulong types, nint events);

    [LibraryImport(Library, EntryPoint = "nvmlEventSetWait_v2")]
    public static partial int EventSetWait(nint events, out NvmlEventLayout occurred, uint milliseconds);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMigMode")]
    public static partial int DeviceGetMigMode(nint device, out uint current, out uint pending);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMaxMigDeviceCount")]
    public static partial int DeviceGetMaxMigDeviceCount(nint device, out uint count);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMigDeviceHandleByIndex")]
    public static partial int DeviceGetMigDeviceHandleByIndex(nint device, uint index, out nint migDevice);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetAttributes_v2")]
    public static partial int DeviceGetAttributes(nint device, out NvmlDeviceAttributesLayout attributes);
}
