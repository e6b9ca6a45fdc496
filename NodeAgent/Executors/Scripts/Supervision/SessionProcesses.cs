using System.Globalization;
using System.Text;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// The processes of one run, from <c>/proc</c>: those in the leader's session, and those that inherited the run's marker in
/// their environment.
/// </summary>
/// <param name="leader">The process that leads the session; -1 where it is gone for good.</param>
internal sealed class SessionProcesses(int leader, string outputDirectory)
{
    private static readonly EnumerationOptions Listing = new() { AttributesToSkip = FileAttributes.None };

    private readonly byte[] marker = Encoding.UTF8.GetBytes($"AURORA_OUTPUT_DIR={outputDirectory}\0");

    // Processes that are no members stay none, so that a watch need not read the environment of the whole machine again and again.
    private readonly HashSet<int> strangers = [];

    /// <summary>All that run now; each process of the machine is looked at.</summary>
    public List<int> Find()
    {
        strangers.Clear();
        return [.. Look().Select(found => found.Id)];
    }

    /// <summary>What they take now; cheap enough to ask several times a second.</summary>
    public ProcessUsage Measure()
    {
        var usage = default(ProcessUsage);
        foreach (var (_, threads, pages) in Look())
        {
            usage = new ProcessUsage(usage.Threads + threads, usage.ResidentBytes + (pages * Environment.SystemPageSize));
        }

        return usage;
    }

    /// <summary>Their memory in bytes, where what several of them share counts once. Slower than <see cref="Measure"/>.</summary>
    public long MeasureProportionalBytes() => Look().Sum(found => ProportionalBytes(found.Id));

    private List<(int Id, int Threads, long Pages)> Look()
    {
        var members = new List<(int, int, long)>();
        var seen = new HashSet<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc", "*", Listing))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            seen.Add(id);
            if (!strangers.Contains(id) && Read(id) is { } member)
            {
                members.Add(member);
            }
        }

        strangers.IntersectWith(seen);
        return members;
    }

    private (int Id, int Threads, long Pages)? Read(int id)
    {
        try
        {
            // "id (name) state parent group session …"; the name may hold anything, brackets too.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (ProcessIdentity.HasEnded(fields))
            {
                return null;
            }

            if (int.Parse(fields[3], CultureInfo.InvariantCulture) != leader && !HasMarker(id))
            {
                return null;
            }

            return (id, int.Parse(fields[17], CultureInfo.InvariantCulture), long.Parse(fields[21], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    private bool HasMarker(int id)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{id}/environ");
            var has = environment.AsSpan().IndexOf(marker) >= 0;
            if (!has && environment.Length > 0 && id != leader)
            {
                // One that is just becoming another program has no environment for a moment, and the leader no session of its own.
                strangers.Add(id);
            }

            return has;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's.
            strangers.Add(id);
            return false;
        }
    }

    private static long ProportionalBytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(4).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
