using Aurora.NodeAgent.Gpus.Commands;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>
/// The runner of this node's scripts. It is chosen once; while the one that the operator asked for cannot run anything, the
/// node offers no scripts, says why in one line, and looks again now and then.
/// </summary>
internal sealed partial class RunnerChoice(ScriptOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim one = new(1, 1);
    private (IScriptRunner? Runner, string? Refusal)? found;
    private long lookedAt;

    /// <summary>The runner's name; null before it was chosen, or where there is none.</summary>
    public string? Name => found?.Runner?.Name;

    /// <summary>The runner, or why there is none.</summary>
    public async ValueTask<(IScriptRunner? Runner, string? Refusal)> GetAsync(CancellationToken cancellationToken)
    {
        if (found is { } known && (known.Runner is not null || time.GetElapsedTime(lookedAt) < LookAgainAfter))
        {
            return known;
        }

        await one.WaitAsync(cancellationToken);
        try
        {
            if (found is { } meanwhile && (meanwhile.Runner is not null || time.GetElapsedTime(lookedAt) < LookAgainAfter))
            {
                return meanwhile;
            }

            var before = found?.Refusal;
            var now = await ChooseAsync(cancellationToken);
            lookedAt = time.GetTimestamp();
            found = now;
            if (now.Refusal is { } refusal && refusal != before)
            {
                LogNone(refusal);
            }

            return now;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<(IScriptRunner? Runner, string? Refusal)> ChooseAsync(CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        foreach (var candidate in Candidates())
        {
            if (await candidate.CheckAsync(cancellationToken) is not { } reason)
            {
                LogChosen(candidate.Name, reasons.Count == 0 ? "" : $" ({string.Join("; ", reasons)})");
                return (candidate, null);
            }

            reasons.Add(reason);
        }

        return (null, string.Join("; ", reasons.Distinct(StringComparer.Ordinal)));
    }

    private IEnumerable<IScriptRunner> Candidates()
    {
        var runner = options.Runner;
        var commands = new ProcessCommandRunner("/", CheckTimeout);
        IEnumerable<IScriptRunner> containers = (runner.Engine is { } engine ? [engine] : new[] { "docker", "podman" })
            .Select(name => new ContainerRunner(name, runner, options.ScriptsDirectory, options.SearchPath, commands));
        IScriptRunner bubblewrap = new BubblewrapRunner(runner, options.ScriptsDirectory, options.SearchPath, new ProcessCommandRunner(options.SearchPath, CheckTimeout));
        return runner.Kind switch
        {
            ScriptRunnerKind.Container => containers,
            ScriptRunnerKind.Bubblewrap => [bubblewrap],
            ScriptRunnerKind.Process => [new ProcessRunner()],
            _ => [.. runner.Image is null ? [] : containers, bubblewrap, new ProcessRunner()],
        };
    }

    [LoggerMessage(LogLevel.Information, "Scripts run by {Runner}{Reasons}")]
    private partial void LogChosen(string runner, string reasons);

    [LoggerMessage(LogLevel.Error, "This node offers no scripts (AURORA_SCRIPT_RUNNER): {Reason}")]
    private partial void LogNone(string reason);
}
