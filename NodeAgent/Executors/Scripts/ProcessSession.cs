using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// A process and all that it started. On Linux it leads a session of its own, so that everything in it is found again
/// when parents have ended; what leaves the session is found by the environment that it inherited. A process that
/// also clears its environment gets away: keeping hostile code in is a container's work.
/// </summary>
internal sealed partial class ProcessSession(Process? leader, string outputDirectory)
{
    /// <summary>How long a kill is repeated.</summary>
    public static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private const int SigKill = 9;
    private const int SigTerm = 15;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly string? Setsid = OperatingSystem.IsLinux() ? new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists) : null;

    // Asked for once: after the leader is gone its id can no longer be.
    private readonly int _id = leader?.Id ?? -1;
    private readonly byte[] _marker = Encoding.UTF8.GetBytes($"AURORA_OUTPUT_DIR={outputDirectory}\0");

    /// <summary>The start of a program as leader of a session of its own.</summary>
    public static ProcessStartInfo Describe(string program, IReadOnlyList<string> arguments)
    {
        // The launcher becomes the program without a fork, so that its process id is the session's id.
        var start = new ProcessStartInfo(Setsid ?? program);
        foreach (var argument in Setsid is null ? arguments : [program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Kills what an ended supervisor left of a script.</summary>
    public static Task KillMarkedAsync(string outputDirectory) => new ProcessSession(null, outputDirectory).KillAsync();

    /// <summary>Asks everything to end, and kills what is left after the grace. Returns when nothing is left.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        if (Setsid is null)
        {
            KillTree();
            return;
        }

        var started = Stopwatch.GetTimestamp();
        Signal(SigTerm);
        while (Members().Count > 0 && Stopwatch.GetElapsedTime(started) < grace)
        {
            await Task.Delay(PollInterval);
        }

        await KillAsync();
    }

    /// <summary>Kills everything that is left.</summary>
    public async Task KillAsync()
    {
        if (Setsid is null)
        {
            KillTree();
            return;
        }

        // Repeated, since a process may start another one between being seen and being killed. One that hangs in the
        // kernel outlives the patience; nobody can end that one.
        var started = Stopwatch.GetTimestamp();
        while (Members().Count > 0 && Stopwatch.GetElapsedTime(started) < KillPatience)
        {
            Signal(SigKill);
            await Task.Delay(PollInterval);
        }
    }

    private void Signal(int signal)
    {
        foreach (var member in Members())
        {
            _ = Kill(member, signal);
        }
    }

    private void KillTree()
    {
        try
        {
            leader?.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended, or ends as this is read.
        }
    }

    private List<int> Members()
    {
        var members = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsMember(id))
            {
                members.Add(id);
            }
        }

        return members;
    }

    private bool IsMember(int id)
    {
        try
        {
            // "id (name) state parent group session …"; the name may hold anything, brackets too.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (fields[0] is "Z" or "X")
            {
                return false;
            }

            return fields[3] == _id.ToString(CultureInfo.InvariantCulture)
                || File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(_marker) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // It ended meanwhile, or belongs to another user.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
