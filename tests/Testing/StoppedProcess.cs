using System.Diagnostics;
using System.Globalization;

namespace Aurora.Testing;

/// <summary>Processes that stand still (SIGSTOP) until this is disposed. Linux only: it reads /proc.</summary>
public sealed class StoppedProcess : IDisposable
{
    private readonly List<int> _pids;

    private StoppedProcess(List<int> pids)
    {
        _pids = pids;
        pids.ForEach(pid => Send("-STOP", pid));
    }

    public IReadOnlyList<int> Pids => _pids;

    /// <summary>Stops the children of a process whose command line has a text in it.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static StoppedProcess StopChildrenOf(int parent, string text)
    {
        var children = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && ParentOf(pid) == parent && Read(pid, "cmdline").Contains(text, StringComparison.Ordinal))
            .ToList();
        return children.Count > 0 ? new StoppedProcess(children) : throw new InvalidOperationException($"Process {parent} has no child \"{text}\".");
    }

    /// <summary>Ends them where they stand, as a crash does.</summary>
    public void Kill() => _pids.ForEach(pid => Send("-KILL", pid));

    public void Dispose() => _pids.ForEach(pid => Send("-CONT", pid));

    // The name of a process is in brackets and may hold anything.
    private static int ParentOf(int pid) => Read(pid, "stat").Split(") ")[^1].Split(' ') is [_, var parent, ..]
        && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void Send(string signal, int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
