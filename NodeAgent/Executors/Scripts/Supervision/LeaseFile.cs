using System.Diagnostics;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>Whether the mesh still answers, as seen from a supervisor: by a file that changes, and this process's own clock.</summary>
internal sealed class LeaseFile(string path, TimeSpan patience)
{
    private string content = Read(path);
    private long changedAt = Stopwatch.GetTimestamp();

    /// <summary>Whether nothing changed for longer than the patience.</summary>
    public bool IsLost()
    {
        var now = Read(path);
        if (now != content)
        {
            content = now;
            changedAt = Stopwatch.GetTimestamp();
        }

        return Stopwatch.GetElapsedTime(changedAt) > patience;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
