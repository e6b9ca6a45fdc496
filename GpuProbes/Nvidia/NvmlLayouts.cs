using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Aurora.GpuProbes.Nvidia;

// The layouts of nvml.h. A versioned structure carries its own size in the low 24 bits of its first field and the
// version in the high 8; the library refuses any other value.

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlMemoryV1Layout
{
    public ulong Total;
    public ulong Free;
    public ulong Used;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlMemoryV2Layout
{
    public uint Version;
    public ulong Total;
    public ulong Reserved;
    public ulong Free;
    public ulong Used;

    public static NvmlMemoryV2Layout Create() => new() { Version = (uint)Unsafe.SizeOf<NvmlMemoryV2Layout>() | (2u << 24) };
}

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlUtilizationLayout
{
    public uint Gpu;
    public uint Memory;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlTemperatureLayout
{
    public uint Version;
    public uint Sensor;
    public int Celsius;

    public static NvmlTemperatureLayout Create() => new() { Version = (uint)Unsafe.SizeOf<NvmlTemperatureLayout>() | (1u << 24) };
}

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlEventLayout
{
    public nint Device;
    public ulong Type;
    public ulong Data;
    public uint GpuInstance;
    public uint ComputeInstance;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NvmlDeviceAttributesLayout
{
    public uint MultiprocessorCount;
    public uint SharedCopyEngineCount;
    public uint SharedDecoderCount;
    public uint SharedEncoderCount;
    public uint SharedJpegCount;
    public uint SharedOfaCount;
    public uint GpuInstanceSliceCount;
    public uint ComputeInstanceSliceCount;
    public ulong MemorySizeMB;
}
