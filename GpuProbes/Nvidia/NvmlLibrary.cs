using System.Reflection;
using System.Runtime.InteropServices;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// Finds NVML and makes it the library behind <see cref="NvmlImports"/>. The runtime binds a native function once per
/// process, so the first library that loads stays; a later attempt with other names answers with that one.
/// </summary>
internal static class NvmlLibrary
{
    private static readonly Lock Gate = new();
    private static nint _handle;

    /// <summary>Where the driver puts the library, in the order to try.</summary>
    public static IReadOnlyList<string> UsualNames { get; } = OperatingSystem.IsWindows()
        ? ["nvml.dll", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "NVIDIA Corporation", "NVSMI", "nvml.dll")]
        : ["libnvidia-ml.so.1", "libnvidia-ml.so", "/usr/lib/wsl/lib/libnvidia-ml.so.1", "/usr/local/nvidia/lib64/libnvidia-ml.so.1"];

    /// <summary>Loads the first of the names that can be loaded; null on success, else the reason.</summary>
    public static string? TryLoad(IReadOnlyList<string> names)
    {
        lock (Gate)
        {
            foreach (var name in names)
            {
                if (!NativeLibrary.TryLoad(name, out var handle))
                {
                    continue;
                }

                if (_handle == 0)
                {
                    _handle = handle;
                    NativeLibrary.SetDllImportResolver(typeof(NvmlImports).Assembly, Resolve);
                }

                return null;
            }
        }

        return $"the NVML library cannot be loaded (tried {string.Join(", ", names)})";
    }

    // Zero leaves every other library of this assembly to the runtime's own search.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == NvmlImports.Library ? _handle : 0;
}
