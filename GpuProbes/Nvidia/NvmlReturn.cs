namespace Aurora.GpuProbes.Nvidia;

/// <summary>The return codes of NVML that matter here; others pass through as their number.</summary>
internal enum NvmlReturn
{
    Success = 0,
    Uninitialized = 1,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    DriverNotLoaded = 9,
    Timeout = 10,
    LibraryNotFound = 12,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    ResetRequired = 16,
    DriverLibraryMismatch = 18,
    ArgumentVersionMismatch = 25,
}

/// <summary>What one NVML call answered; the value counts only on success.</summary>
internal readonly record struct NvmlAnswer<T>(NvmlReturn Code, T Value)
{
    public bool Ok => Code == NvmlReturn.Success;
}
