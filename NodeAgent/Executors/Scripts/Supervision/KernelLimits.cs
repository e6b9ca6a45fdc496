using System.Globalization;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>What the kernel itself holds a script to.</summary>
internal static class KernelLimits
{
    // Before anything else of the machine, and long before the agent.
    private const string FirstToGo = "900";

    private static readonly string? Prlimit = new[] { "/usr/bin/prlimit", "/bin/prlimit" }.FirstOrDefault(File.Exists);

    /// <summary>
    /// The program under a limit on its user's processes, where the kernel counts those: not for root. The limit holds for all of
    /// a user's processes together, so what the user has already comes on top.
    /// </summary>
    public static (string Program, IReadOnlyList<string> Arguments) Bound(SupervisedSpec spec)
    {
        if (!OperatingSystem.IsLinux() || Prlimit is null || spec.ProcessesMax is not { } most || spec.UserId is not (> 0 and var user))
        {
            return (spec.Program, spec.Arguments);
        }

        var limit = (ThreadsOf(user) + most).ToString(CultureInfo.InvariantCulture);
        return (Prlimit, [$"--nproc={limit}:{limit}", spec.Program, .. spec.Arguments]);
    }

    /// <summary>When the machine runs out of memory, the kernel takes the script and leaves the agent.</summary>
    public static void OfferFirst(int process)
    {
        try
        {
            File.WriteAllText($"/proc/{process}/oom_score_adj", FirstToGo);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or this is another system; the watch goes on counting.
        }
    }

    private static int ThreadsOf(uint user)
    {
        var threads = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(Path.GetFileName(directory)[0]))
            {
                threads += ThreadsOf(directory, user);
            }
        }

        return threads;
    }

    private static int ThreadsOf(string process, uint user)
    {
        try
        {
            var (owner, threads) = (-1L, 0);
            foreach (var line in File.ReadLines(Path.Combine(process, "status")))
            {
                if (line.StartsWith("Uid:\t", StringComparison.Ordinal))
                {
                    owner = long.Parse(line.AsSpan(5, line.IndexOf('\t', 5) - 5), CultureInfo.InvariantCulture);
                }
                else if (line.StartsWith("Threads:\t", StringComparison.Ordinal))
                {
                    threads = int.Parse(line.AsSpan(9), CultureInfo.InvariantCulture);
                }
            }

            return owner == user ? threads : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
