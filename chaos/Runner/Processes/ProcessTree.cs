using System.Globalization;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>What <c>/proc</c> tells of processes.</summary>
internal static class ProcessTree
{
    /// <summary>The process's state letter (R, S, T, Z …), or null when it is gone.</summary>
    public static char? StateOf(int pid) => Stat(pid) is { } stat ? stat[0][0] : null;

    /// <summary>Whether a process that was sent SIGSTOP stands still: the kernel stops its threads one by one, on a busy machine not at once.</summary>
    public static async Task<bool> StandsStillAsync(int pid)
    {
        for (var looks = 0; looks < 200 && StateOf(pid) is not (null or 'T'); looks++)
        {
            await Task.Delay(10);
        }

        return StateOf(pid) is 'T';
    }

    public static int? ParentOf(int pid) => Stat(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : null;

    /// <summary>The processes whose parent is this one.</summary>
    public static List<int> ChildrenOf(int pid) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == pid),
    ];

    /// <summary>Resident memory in bytes; 0 when it is gone.</summary>
    public static long ResidentBytes(int pid)
    {
        try
        {
            var pages = File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // The fields after the command's name, which may hold anything.
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
