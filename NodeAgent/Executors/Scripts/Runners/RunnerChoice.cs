using Aurora.GpuProbes.Commands;
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

    // Docker first, as people have it.
    private static readonly string[] Engines = ["docker", "podman"];

    private readonly Lock one = new();
    private Task<(IScriptRunner? Runner, string? Refusal)>? choosing;
    private string? refused;
    private long lookedAt;

    /// <summary>The runner's name; null before it was chosen, or where there is none.</summary>
    public string? Name => choosing is { IsCompletedSuccessfully: true } known ? known.Result.Runner?.Name : null;

    /// <summary>The runner, or why there is none.</summary>
    public Task<(IScriptRunner? Runner, string? Refusal)> GetAsync(CancellationToken cancellationToken)
    {
        lock (one)
        {
            var isOver = choosing is { IsCompleted: true } && (!choosing.IsCompletedSuccessfully || choosing.Result.Runner is null);
            if (choosing is null || (isOver && time.GetElapsedTime(lookedAt) >= LookAgainAfter))
            {
                lookedAt = time.GetTimestamp();
                choosing = ChooseAsync();
            }

            return choosing.WaitAsync(cancellationToken);
        }
    }

    private async Task<(IScriptRunner? Runner, string? Refusal)> ChooseAsync()
    {
        var reasons = new List<string>();
        foreach (var candidate in Candidates())
        {
            if (await candidate.CheckAsync(CancellationToken.None) is not { } reason)
            {
                LogChosen(candidate.Name, reasons.Count == 0 ? "" : $" ({string.Join("; ", reasons)})");
                return (candidate, null);
            }

            reasons.Add(reason);
        }

        var refusal = string.Join("; ", reasons.Distinct(StringComparer.Ordinal));
        if (refusal != refused)
        {
            LogNone(refusal);
            refused = refusal;
        }

        return (null, refusal);
    }

    private IEnumerable<IScriptRunner> Candidates()
    {
        var runner = options.Runner;
        var commands = new ProcessCommandRunner("/", CheckTimeout);
        IEnumerable<IScriptRunner> containers = (runner.Engine is { } engine ? [engine] : Engines)
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
