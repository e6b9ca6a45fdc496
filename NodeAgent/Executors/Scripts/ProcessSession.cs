using System.Diagnostics;
using System.Runtime.InteropServices;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// A process and all that it started. On Linux it leads a session of its own, so that everything in it is found again
/// when parents have ended; what leaves the session is found by the environment that it inherited. A process that
/// also clears its environment gets away: keeping hostile code in is the work of a sandbox or a container.
/// </summary>
/// <param name="leader">The process that leads the session; null where it is gone.</param>
/// <param name="spec">What runs in it.</param>
/// <param name="patience">How long a kill is repeated; null for <see cref="KillPatience"/>.</param>
/// <param name="send">Sends a signal to a process; null for the system's own call.</param>
internal sealed partial class ProcessSession(Process? leader, SupervisedSpec spec, TimeSpan? patience = null, Func<int, int, int>? send = null)
{
    /// <summary>How long a kill is repeated.</summary>
    public static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly string? Setsid = OperatingSystem.IsLinux() ? new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists) : null;

    // Asked for once: after the leader is gone its id can no longer be.
    private readonly int _id = leader?.Id ?? -1;
    private readonly SessionProcesses _members = new(leader?.Id ?? -1, spec.OutputDirectory);

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
    /// <returns>What could not be killed.</returns>
    public static async Task<IReadOnlyList<ProcessIdentity>> KillLeftoversAsync(SupervisedSpec spec)
    {
        await (spec.Container?.RemoveAsync(spec.Environment) ?? Task.CompletedTask);
        return await new ProcessSession(null, spec).KillAsync();
    }

    /// <summary>Asks everything to end, and kills what is left after the grace.</summary>
    /// <returns>What could not be killed.</returns>
    public async Task<IReadOnlyList<ProcessIdentity>> EndAsync(TimeSpan grace)
    {
        if (Setsid is null)
        {
            KillTree();
            return [];
        }

        var started = Stopwatch.GetTimestamp();
        if (spec.Container is { } container)
        {
            await container.AskAsync(spec.Environment);
        }
        else
        {
            Signal(SigTerm, _members.Find().Where(member => !spec.IsLauncher || member != _id));
        }

        while (_members.Find().Count > 0 && Stopwatch.GetElapsedTime(started) < grace)
        {
            await Task.Delay(PollInterval);
        }

        return await AbortAsync();
    }

    /// <summary>Kills everything that is left, without asking.</summary>
    /// <returns>What could not be killed.</returns>
    public async Task<IReadOnlyList<ProcessIdentity>> AbortAsync()
    {
        if (spec.Container is not null && _members.Find().Count > 0)
        {
            await spec.Container.RemoveAsync(spec.Environment);
        }

        return await KillAsync();
    }

    /// <summary>Kills everything that is left.</summary>
    /// <returns>What could not be killed.</returns>
    public async Task<IReadOnlyList<ProcessIdentity>> KillAsync()
    {
        if (Setsid is null)
        {
            KillTree();
            return [];
        }

        // Stopped first: a process may start another one between being seen and being killed, and many of them faster than they
        // are found. One that hangs in the kernel outlives the patience; nobody can end that one.
        var started = Stopwatch.GetTimestamp();
        var stopped = new HashSet<int>();
        var members = _members.Find();
        while (members.Count > 0 && Stopwatch.GetElapsedTime(started) < (patience ?? KillPatience))
        {
            var more = members.Where(stopped.Add).ToList();
            if (more.Count > 0)
            {
                Signal(SigStop, more);
            }
            else
            {
                Signal(SigKill, members);
                await Task.Delay(PollInterval);
            }

            members = _members.Find();
        }

        Signal(SigKill, members);
        return [.. members.Select(ProcessIdentity.Of).OfType<ProcessIdentity>()];
    }

    /// <summary>Ends at the first limit that the run reaches.</summary>
    public Task<ScriptEnding> LimitReachedAsync(CancellationToken ended) => LimitWatch.ReachedAsync(new SessionProcesses(_id, spec.OutputDirectory), spec, ended);

    private void Signal(int signal, IEnumerable<int> processes)
    {
        foreach (var process in processes)
        {
            _ = send is null ? Kill(process, signal) : send(process, signal);
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
