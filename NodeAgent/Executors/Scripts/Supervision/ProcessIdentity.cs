using System.Diagnostics;
using System.Globalization;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>One process for ever: ids come back, the moment of the start does not, and a boot starts both over.</summary>
/// <param name="StartTime">Clock ticks since the boot on Linux, elsewhere the time of the system's clock.</param>
internal sealed record ProcessIdentity(int Id, long StartTime, string BootId)
{
    /// <summary>Changes with each start of the machine; empty where the system does not tell.</summary>
    public static string CurrentBoot { get; } = ReadBoot();

    /// <summary>The process with this id at this moment; null when nothing of it runs.</summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // "id (name) state …", the start is field 22; the name may hold anything.
                var stat = File.ReadAllText($"/proc/{id}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return HasEnded(fields) ? null : new ProcessIdentity(id, long.Parse(fields[19], CultureInfo.InvariantCulture), CurrentBoot);
            }

            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new ProcessIdentity(id, process.StartTime.ToUniversalTime().Ticks, CurrentBoot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException
            or FormatException or IndexOutOfRangeException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public bool IsRunning() => Of(Id) == this;

    /// <summary>
    /// Whether nothing of the process runs. One whose first thread has ended is a zombie to look at, also while another thread hangs in the
    /// kernel and holds on to all that the process has.
    /// </summary>
    /// <param name="fields">Of <c>/proc/ID/stat</c>, from the state on.</param>
    internal static bool HasEnded(string[] fields) =>
        fields[0] is "X" || (fields[0] is "Z" && int.Parse(fields[17], CultureInfo.InvariantCulture) <= 1);

    private static string ReadBoot()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
