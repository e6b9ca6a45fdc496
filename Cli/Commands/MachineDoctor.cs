using System.Runtime.CompilerServices;
using static Aurora.Cli.Commands.DoctorCommand;

namespace Aurora.Cli.Commands;

/// <summary>What <c>aurora doctor</c> sees of this machine without a mesh: room on the disk, and the driver of its GPUs.</summary>
internal static class MachineDoctor
{
    /// <summary>Below this a node's logs, checkpoints and artifacts soon fail.</summary>
    private const long FreeBytesMin = 1L << 30;

    public static async IAsyncEnumerable<(DoctorFinding Finding, int ExitCode)> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Disk(DataDirectory());
        yield return Driver(await GpuCommand.LookAsync(cancellationToken));
    }

    private static (DoctorFinding, int) Disk(string directory)
    {
        var place = directory;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { Length: > 0 } above)
        {
            place = above;
        }

        long free;
        try
        {
            free = new DriveInfo(place).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Sick("disk", $"{place} cannot be looked at ({failure.Message}).", "Set AURORA_DATA_DIR to a directory of this user.");
        }

        return free < FreeBytesMin
            ? Sick("disk", $"{free >> 20} MB are free for {directory}.", "Make room, or set AURORA_DATA_DIR to a larger disk; a full one fails the tasks of this node.")
            : Well("disk", $"{free >> 30} GB are free for {directory}.");
    }

    /// <summary>Whether the GPUs of this machine can be used.</summary>
    internal static (DoctorFinding Finding, int ExitCode) Driver(LocalGpuReport report)
    {
        if (report.Gpus.Count > 0)
        {
            var driver = report.DriverVersion is { } version ? $", driver {version}" : "";
            return Well("driver", $"{report.Gpus.Count} GPUs, found by {report.Probe}{driver}.");
        }

        return report.WithoutDriver is { } address
            ? Sick("driver", $"an NVIDIA GPU is at {address}, and no driver answers ({string.Join("; ", report.Notes)}).", "Install NVIDIA's driver, or start the machine again after an upgrade of it; then: aurora gpu")
            : Well("driver", "no GPU; a node here joins as CPU only.");
    }

    private static string DataDirectory() => Environment.GetEnvironmentVariable("AURORA_DATA_DIR") is { Length: > 0 } configured
        ? Path.GetFullPath(configured)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "aurora");
}
