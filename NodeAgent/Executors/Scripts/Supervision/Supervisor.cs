using System.Runtime.InteropServices;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// The process between an agent and a script. It outlives the agent, holds the script to its time limit, and leaves the end of
/// it as a file. It does what its directory says and speaks to nobody.
/// </summary>
internal static class Supervisor
{
    /// <summary>The hidden subcommand of the agent's executable.</summary>
    public const string Command = "supervise";

    /// <summary>EX_IOERR of sysexits.h: how the script ended could not be written.</summary>
    public const int NotWrittenExitCode = 74;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WritePatience = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(RunDirectory run)
    {
        if (run.ReadSpec() is not { } spec || ProcessIdentity.Of(Environment.ProcessId) is not { } self)
        {
            await Console.Error.WriteLineAsync($"{run.Path} does not say what to run.");
            return Agent.AgentHelp.ConfigurationExitCode;
        }

        // From here on an agent that comes back finds this process; what it cancelled before must not start.
        run.WriteIdentity(self);
        using var asked = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Ask(signal, asked));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(run, spec, asked, ended.Token);
        var log = new OutputLogWriter(run.Log, spec.OutputLogBytes);
        var end = await ScriptRun.RunAsync(spec, log, watching);
        await log.DisposeAsync();
        await ended.CancelAsync();
        return await WriteAsync(run, end) ? 0 : NotWrittenExitCode;
    }

    private static void Ask(PosixSignalContext signal, CancellationTokenSource asked)
    {
        signal.Cancel = true;
        asked.Cancel();
    }

    /// <summary>Ends with the reason to end the script.</summary>
    private static async Task<ScriptEnding> WatchAsync(RunDirectory run, SupervisedSpec spec, CancellationTokenSource asked, CancellationToken ended)
    {
        var lease = spec.LeaseFile is { } file ? new LeaseFile(file, spec.LeasePatience) : null;
        while (!run.IsCancelled && !asked.IsCancellationRequested)
        {
            if (lease?.IsLost() is true)
            {
                return ScriptEnding.LeaseLost;
            }

            await Task.Delay(LookInterval, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return ScriptEnding.Exited;
            }
        }

        return ScriptEnding.Cancelled;
    }

    /// <summary>A full disk may have room again soon, and the end of a long training is worth a minute.</summary>
    private static async Task<bool> WriteAsync(RunDirectory run, ScriptEnd end)
    {
        for (var waited = TimeSpan.Zero; run.Exists; waited += LookInterval)
        {
            try
            {
                run.WriteEnd(end);
                return true;
            }
            catch (IOException) when (waited < WritePatience && !run.IsCancelled)
            {
                await Task.Delay(LookInterval);
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }
}
