using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>The supervisor of one script, as the agent sees it: started by this agent, or found again.</summary>
internal sealed class SupervisorProcess : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    // What a supervisor inherits: enough to find the runtime and the system's programs, and nothing that is secret.
    private static readonly string[] InheritedVariables =
        ["PATH", "HOME", "LANG", "DOTNET_ROOT", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

    private readonly RunDirectory run;
    private readonly Process? child;
    private readonly ProcessIdentity? identity;
    private readonly Task<string> said;

    private SupervisorProcess(RunDirectory run, Process? child, ProcessIdentity? identity)
    {
        this.run = run;
        this.child = child;
        this.identity = identity;
        said = child?.StandardError.ReadToEndAsync() ?? Task.FromResult("");
    }

    /// <summary>What of the script could not be killed; known when <see cref="WaitAsync"/> is over.</summary>
    public IReadOnlyList<ProcessIdentity> Survivors { get; private set; } = [];

    /// <exception cref="System.ComponentModel.Win32Exception">The supervisor cannot be started.</exception>
    public static SupervisorProcess Start(RunDirectory run)
    {
        var child = new Process { StartInfo = Describe(run) };
        child.Start();
        child.StandardInput.Close();
        return new SupervisorProcess(run, child, identity: null);
    }

    /// <summary>The supervisor that an earlier agent started, where there is one, or where it has left how the script ended.</summary>
    public static SupervisorProcess? Find(RunDirectory run)
    {
        var identity = run.ReadIdentity();
        return identity?.IsRunning() is true || run.ReadEnd() is not null ? new SupervisorProcess(run, child: null, identity) : null;
    }

    /// <summary>
    /// How the script ended; null when the supervisor died without saying so. At cancellation the run is ended, and the
    /// exception is thrown once nothing of it is left but <see cref="Survivors"/>.
    /// </summary>
    public async Task<ScriptEnd?> WaitAsync(SupervisedSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            await ExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            run.Cancel();
            await ExitAsync(CancellationToken.None).WaitAsync(spec.KillGrace + ProcessSession.KillPatience + LookInterval * 100, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var end = run.ReadEnd();
        if (end is null)
        {
            // It died, or hangs: what it left behind would use a GPU that is given to the next task.
            KillSupervisor();
            Survivors = await ProcessSession.KillLeftoversAsync(spec);
        }
        else
        {
            Survivors = end.Survivors;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return end;
    }

    /// <summary>What the supervisor said when it died, in one line; empty for nothing.</summary>
    public async Task<string> LastWordsAsync()
    {
        var exit = child is { HasExited: true, ExitCode: Supervisor.NotWrittenExitCode } ? "how it ended could not be written to the disk " : "";
        return (exit + (await said).Trim().Split('\n')[0]).Trim();
    }

    public void Dispose() => child?.Dispose();

    private static ProcessStartInfo Describe(RunDirectory run)
    {
        var (program, arguments) = Executable();
        var start = ProcessSession.Describe(program, [.. arguments, Supervisor.Command, run.Path]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in start.Environment.Keys.Except(InheritedVariables, StringComparer.OrdinalIgnoreCase).ToList())
        {
            start.Environment.Remove(name);
        }

        // One small process for each script: no server collector, and no diagnostic socket in the temporary directory.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    /// <summary>The agent's own executable, also where the agent is a part of another program.</summary>
    private static (string Program, string[] Arguments) Executable()
    {
        var assembly = typeof(Supervisor).Assembly.Location;
        if (assembly.Length == 0)
        {
            return (Environment.ProcessPath!, []);
        }

        // <root>/shared/Microsoft.NETCore.App/<version>/
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? (host, [assembly]) : (Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null), []);
    }

    private async Task ExitAsync(CancellationToken cancellationToken)
    {
        if (child is not null)
        {
            await child.WaitForExitAsync(cancellationToken);
            return;
        }

        while (identity?.IsRunning() is true)
        {
            await Task.Delay(LookInterval, cancellationToken);
        }
    }

    private void KillSupervisor()
    {
        try
        {
            if (child is { HasExited: false })
            {
                child.Kill();
            }
            else if (identity?.IsRunning() is true)
            {
                using var process = Process.GetProcessById(identity.Id);
                process.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or System.ComponentModel.Win32Exception)
        {
            // It has ended, or ends as this is read.
        }
    }
}
