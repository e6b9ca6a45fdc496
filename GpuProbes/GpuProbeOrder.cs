using Aurora.GpuProbes.Amd;
using Aurora.GpuProbes.Apple;
using Aurora.GpuProbes.Commands;
using Aurora.GpuProbes.Hosts;
using Aurora.GpuProbes.Intel;
using Aurora.GpuProbes.Nvidia;

namespace Aurora.GpuProbes;

/// <summary>The kinds of machine that differ in how GPUs are found.</summary>
internal enum HostPlatform
{
    Other,
    Linux,
    Windows,
    MacOS,
}

/// <summary>
/// Which probes are tried where. Each family stands for one vendor; within it a probe is asked only while those before
/// it have not settled the matter.
/// </summary>
internal static partial class GpuProbeOrder
{
    public static HostPlatform ThisPlatform =>
        OperatingSystem.IsLinux() ? HostPlatform.Linux
        : OperatingSystem.IsWindows() ? HostPlatform.Windows
        : OperatingSystem.IsMacOS() ? HostPlatform.MacOS
        : HostPlatform.Other;

    /// <summary>The families of a platform, most trusted probe first.</summary>
    public static IReadOnlyList<IReadOnlyList<IGpuProbe>> For(HostPlatform platform, GpuProbeOptions options)
    {
        var files = new HostFiles(options.RootPath);
        var commands = new ProcessCommandRunner(options.SearchPath, options.DetectTimeout);
        return platform switch
        {
            HostPlatform.Linux =>
            [
                Nvidia(options, commands, files),
                [new NvidiaTopologyProbe(commands)],
                [new AmdSysfsProbe(files), new AmdSmiProbe(commands), new RocmSmiProbe(commands)],
                [new IntelSysfsProbe(files), new XpuSmiProbe(commands)],
            ],
            HostPlatform.Windows => [Nvidia(options, commands, files), [new NvidiaTopologyProbe(commands)], [new XpuSmiProbe(commands)]],
            HostPlatform.MacOS => [[new AppleProbe(commands)]],
            _ => [],
        };
    }

    private static List<IGpuProbe> Nvidia(GpuProbeOptions options, ICommandRunner commands, HostFiles files)
    {
        // A path that the operator gives is the only one that is tried: falling back would hide that it is wrong.
        var names = options.NvmlPath is { } path ? [path] : NvmlLibrary.UsualNames;
        List<IGpuProbe> family = [new NvmlProbe(new NativeNvml(names), files), new NvidiaSmiProbe(commands, files)];
        AddNvApi(family);
        return family;
    }

    // Has a body only in a build with NvAPIWrapper, which exists for Windows alone.
    static partial void AddNvApi(List<IGpuProbe> family);
}
