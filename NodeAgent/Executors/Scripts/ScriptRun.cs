using System.ComponentModel;
using System.Diagnostics;
using Aurora.Grains.Interfaces.Output;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>One run of a script's process, from its start until nothing of it is left. Runs in the supervisor.</summary>
internal sealed class ScriptRun
{
    // What a survivor outside the session still holds open is not waited for longer.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly SupervisedSpec _spec;
    private readonly OutputTail _output;
    private readonly OutputTail _error;

    private readonly OutputLogWriter _log;

    private ScriptRun(SupervisedSpec spec, OutputLogWriter log)
    {
        _spec = spec;
        _log = log;
        _output = new OutputTail(spec.OutputTailBytes);
        _error = new OutputTail(spec.OutputTailBytes);
    }

    /// <summary>Runs a program to its end, to its time limit, or until it is to stop: it is then asked to end, and killed.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="log">Gets what it puts out, as it comes.</param>
    /// <param name="stop">Ends with the reason to stop it.</param>
    public static async Task<ScriptEnd> RunAsync(SupervisedSpec spec, OutputLogWriter log, Task<ScriptEnding> stop)
    {
        if (stop.IsCompleted)
        {
            return new ScriptEnd(await stop, -1, TimeSpan.Zero, "", "", 0, 0);
        }

        var run = new ScriptRun(spec, log);
        using var process = new Process { StartInfo = Describe(spec) };
        var started = Stopwatch.GetTimestamp();
        try
        {
            process.Start();
            KernelLimits.OfferFirst(process.Id);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            return ScriptEnd.NotStarted(exception.Message);
        }

        var (ending, survivors) = await run.FollowAsync(process, new ProcessSession(process, spec), stop);
        return new ScriptEnd(
            ending, process.HasExited ? process.ExitCode : -1, Stopwatch.GetElapsedTime(started),
            run._output.ToText(), run._error.ToText(), run._output.TotalBytes, run._error.TotalBytes)
        {
            Survivors = survivors,
        };
    }

    private static ProcessStartInfo Describe(SupervisedSpec spec)
    {
        var (program, arguments) = KernelLimits.Bound(spec);
        var start = ProcessSession.Describe(program, arguments);
        start.WorkingDirectory = spec.WorkRoot;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task<(ScriptEnding Ending, IReadOnlyList<ProcessIdentity> Survivors)> FollowAsync(Process process, ProcessSession session, Task<ScriptEnding> stop)
    {
        process.StandardInput.Close();
        var drained = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, _output, new OutputText(OutputKind.Stdout, _log)),
            DrainAsync(process.StandardError.BaseStream, _error, new OutputText(OutputKind.Stderr, _log)));
        using var gone = new CancellationTokenSource();
        var progress = _spec.ProgressFile is { } file ? new ProgressFile(file, _log).FollowAsync(gone.Token) : Task.CompletedTask;

        var ending = ScriptEnding.Exited;
        IReadOnlyList<ProcessIdentity> survivors = [];
        var exited = process.WaitForExitAsync();
        using (var ended = new CancellationTokenSource())
        {
            var limit = Task.Delay(_spec.TimeLimit, ended.Token);
            var excess = session.LimitReachedAsync(ended.Token);
            var first = await Task.WhenAny(exited, stop, limit, excess);
            if (first == excess)
            {
                // It takes the machine away from others now; there is no time to ask.
                ending = await excess;
                survivors = await session.AbortAsync();
            }
            else if (first != exited)
            {
                ending = first == limit ? ScriptEnding.TimeLimit : await stop;
                survivors = await session.EndAsync(_spec.KillGrace);
            }

            await ended.CancelAsync();
        }

        // A script that has ended has ended: what it left running would use a GPU that is given to the next task.
        survivors = survivors.Count > 0 ? survivors : await session.KillAsync();
        await gone.CancelAsync();
        await Task.WhenAny(Task.WhenAll(exited, drained, progress), Task.Delay(DrainPatience));
        return (ending, survivors);
    }

    private static async Task DrainAsync(Stream stream, OutputTail tail, OutputText text)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                tail.Append(buffer.AsSpan(0, read));
                text.Append(buffer.AsSpan(0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was closed under the reader, since nobody writes to it any more.
        }
    }
}
