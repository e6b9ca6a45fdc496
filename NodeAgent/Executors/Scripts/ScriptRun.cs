using System.Diagnostics;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>One run of a script's process, from its start until nothing of it is left.</summary>
internal sealed class ScriptRun
{
    // What a survivor outside the session still holds open is not waited for longer.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly ScriptOptions _options;

    private ScriptRun(ScriptOptions options)
    {
        _options = options;
        Output = new OutputTail(options.OutputTailBytes);
        Error = new OutputTail(options.OutputTailBytes);
    }

    public OutputTail Output { get; }

    public OutputTail Error { get; }

    /// <summary>What the process ended with; 128 plus the signal where one ended it.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Whether the time limit ended it.</summary>
    public bool TimedOut { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>
    /// Runs a program to its end or to its time limit. At cancellation it is asked to end, then killed, and the exception is
    /// thrown once nothing of it is left. A program that cannot be started throws <see cref="System.ComponentModel.Win32Exception"/>.
    /// </summary>
    public static async Task<ScriptRun> RunAsync(
        ScriptCommand command,
        IReadOnlyDictionary<string, string> environment,
        WorkDirectory work,
        TimeSpan timeLimit,
        ScriptOptions options,
        CancellationToken cancellationToken)
    {
        var run = new ScriptRun(options);
        using var process = new Process { StartInfo = Describe(command, environment, work) };
        var started = Stopwatch.GetTimestamp();
        process.Start();
        await run.FollowAsync(process, new ProcessSession(process, work.Output), timeLimit, cancellationToken);
        run.Duration = Stopwatch.GetElapsedTime(started);
        cancellationToken.ThrowIfCancellationRequested();
        return run;
    }

    private static ProcessStartInfo Describe(ScriptCommand command, IReadOnlyDictionary<string, string> environment, WorkDirectory work)
    {
        var start = ProcessSession.Describe(command.Program, command.Arguments);
        start.WorkingDirectory = work.Root;
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task FollowAsync(Process process, ProcessSession session, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        var drained = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, Output),
            DrainAsync(process.StandardError.BaseStream, Error));

        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            limit.CancelAfter(timeLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                TimedOut = !cancellationToken.IsCancellationRequested;
                await session.EndAsync(_options.KillGrace);
            }
        }

        // A script that has ended has ended: what it left running would use a GPU that is given to the next task.
        await session.KillAsync();
        await Task.WhenAny(Task.WhenAll(process.WaitForExitAsync(CancellationToken.None), drained), Task.Delay(DrainPatience, CancellationToken.None));
        ExitCode = process.HasExited ? process.ExitCode : -1;
    }

    private static async Task DrainAsync(Stream stream, OutputTail tail)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                tail.Append(buffer.AsSpan(0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was closed under the reader, since nobody writes to it any more.
        }
    }
}
