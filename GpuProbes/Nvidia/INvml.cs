namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// The part of NVML that is used, one member for one call. A missing library or function is an answer with
/// <see cref="NvmlReturn.LibraryNotFound"/> or <see cref="NvmlReturn.FunctionNotFound"/>, never an exception.
/// </summary>
internal interface INvml
{
    /// <summary>Loads the library and starts it. The text says why it cannot be loaded; it is empty otherwise.</summary>
    NvmlAnswer<string> Initialize();

    NvmlAnswer<string> DriverVersion();

    /// <summary>1000 · major + 10 · minor.</summary>
    NvmlAnswer<int> CudaDriverVersion();

    NvmlAnswer<uint> DeviceCount();

    NvmlAnswer<nint> Device(uint index);

    NvmlAnswer<string> Name(nint device);

    NvmlAnswer<string> Uuid(nint device);

    NvmlAnswer<string> PciBusId(nint device);

    NvmlAnswer<(int Major, int Minor)> ComputeCapability(nint device);

    NvmlAnswer<NvmlMemory> MemoryV2(nint device);

    NvmlAnswer<NvmlMemory> MemoryV1(nint device);

    /// <summary>Percent.</summary>
    NvmlAnswer<uint> GpuUtilization(nint device);

    NvmlAnswer<int> TemperatureV(nint device);

    NvmlAnswer<int> TemperatureV1(nint device);

    NvmlAnswer<uint> PowerMilliwatts(nint device);

    /// <summary>Since the driver was loaded.</summary>
    NvmlAnswer<ulong> EnergyMillijoules(nint device);

    /// <summary>Errors of the memory since the driver was loaded.</summary>
    NvmlAnswer<ulong> EccErrors(nint device, bool corrected);

    /// <summary>A queue of events, which belongs to the process until it ends.</summary>
    NvmlAnswer<nint> EventSet();

    /// <summary>Lets the queue have the XID errors of a board.</summary>
    NvmlReturn WatchXids(nint device, nint events);

    /// <summary>The next event of the queue; <see cref="NvmlReturn.Timeout"/> at once when there is none.</summary>
    NvmlAnswer<NvmlXid> NextXid(nint events);

    NvmlAnswer<bool> MigEnabled(nint device);

    NvmlAnswer<uint> MaxMigDeviceCount(nint device);

    NvmlAnswer<nint> MigDevice(nint device, uint index);

    NvmlAnswer<NvmlMigShape> MigShape(nint migDevice);
}

/// <summary>Frame buffer in bytes.</summary>
internal readonly record struct NvmlMemory(long TotalBytes, long FreeBytes);

/// <summary>One error that the driver told of.</summary>
internal readonly record struct NvmlXid(nint Board, ulong Number);

/// <summary>The size of a MIG device.</summary>
internal readonly record struct NvmlMigShape(uint GpuSlices, uint ComputeSlices, long MemoryBytes);
