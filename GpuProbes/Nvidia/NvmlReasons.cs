namespace Aurora.GpuProbes.Nvidia;

/// <summary>Says an NVML return code in words that tell an operator what to do.</summary>
internal static class NvmlReasons
{
    public static string Of(NvmlReturn code) => code switch
    {
        NvmlReturn.DriverNotLoaded => "the NVIDIA driver is not loaded",
        NvmlReturn.DriverLibraryMismatch => "the NVIDIA driver was upgraded while the old one is still running; a reboot (or reloading the kernel module) is due",
        NvmlReturn.NoPermission => "no permission to use the NVIDIA driver",
        NvmlReturn.LibraryNotFound => "the NVML library is not installed",
        NvmlReturn.FunctionNotFound => "the NVML library lacks a function; the driver is too old",
        NvmlReturn.GpuIsLost => "the GPU has fallen off the bus",
        NvmlReturn.ResetRequired => "the GPU must be reset",
        NvmlReturn.NotSupported => "not supported",
        _ => $"NVML return code {(int)code}",
    };
}
