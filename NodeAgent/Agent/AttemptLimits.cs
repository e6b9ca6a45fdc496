using System.Globalization;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Agent;

/// <summary>Ends attempts that run for longer than their task allows, or that put nothing out for longer than it allows.</summary>
/// <param name="timeouts">What the task says; null for nothing.</param>
/// <param name="ran">How long the attempt has run already, in an earlier process of the agent.</param>
/// <param name="silent">For how long the attempt has put nothing out; asked while it runs.</param>
internal sealed class AttemptLimits(TaskTimeouts? timeouts, TimeSpan ran, Func<TimeSpan> silent, TimeProvider time)
{
    /// <summary>Runs the work and stops it when a limit is reached; then the outcome says so.</summary>
    public async Task<ExecutionOutcome> RunAsync(Func<CancellationToken, Task<ExecutionOutcome>> run, CancellationToken stopped)
    {
        if (timeouts is not { RunS: not null } and not { ProgressS: not null })
        {
            return await run(stopped);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(over, ended.Token);
        try
        {
            return await run(over.Token);
        }
        catch (OperationCanceledException) when (!stopped.IsCancellationRequested && over.IsCancellationRequested)
        {
            return ExecutionOutcome.TimedOut(await watching);
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the first limit that is reached and says which.</summary>
    private async Task<string> WatchAsync(CancellationTokenSource over, CancellationToken ended)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var runLeft = Left(timeouts!.RunS, ran + time.GetElapsedTime(started));
            var progressLeft = Left(timeouts.ProgressS, silent());
            var left = runLeft < progressLeft ? runLeft : progressLeft;
            if (left <= TimeSpan.Zero)
            {
                var reason = runLeft <= TimeSpan.Zero
                    ? string.Create(CultureInfo.InvariantCulture, $"it ran for longer than its run timeout of {timeouts.RunS:0.###} s")
                    : string.Create(CultureInfo.InvariantCulture, $"it put nothing out for longer than its progress timeout of {timeouts.ProgressS:0.###} s");
                await over.CancelAsync();
                return reason;
            }

            await Task.Delay(left < LongestDelay ? left : LongestDelay, time, ended);
        }
    }

    private static TimeSpan LongestDelay => TimeSpan.FromDays(1);

    private static TimeSpan Left(double? seconds, TimeSpan passed) =>
        seconds is { } limit ? TimeSpan.FromSeconds(limit) - passed : TimeSpan.MaxValue;
}
