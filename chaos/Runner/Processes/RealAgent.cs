using System.Globalization;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>
/// A node agent as people run it, with one stated GPU. Its scripts write their own journal: one appended line at their start
/// and one at their end.
/// </summary>
/// <param name="firstRelease">The release that it is first started from; null for this one, from which it is started again.</param>
internal sealed class RealAgent(string name, string directory, Uri mesh, int maxParallel, string? firstRelease = null) : IDisposable
{
    /// <summary>The memory of its GPU, in GB.</summary>
    public const int GpuGigabytes = 24;

    private ChildProcess? process;
    private ChildProcess? twin;

    public string Name => name;

    public int Pid => process is { HasExited: false } child ? child.Pid : 0;

    public NodeCapacity Capacity => new([GpuGigabytes * Workload.BytesPerGigabyte], maxParallel);

    private static string JournalOf(string directory) => Path.Combine(directory, "real-journal.log");

    public void Start()
    {
        var last = process;
        process = StartIn("data", $"{name}.log", last is null ? firstRelease : null);
        last?.Dispose();
    }

    /// <summary>Starts another machine that was given the same name.</summary>
    public void StartDouble() => twin = StartIn(Path.Combine("double", "data"), TwinLog, release: null);

    /// <summary>Takes the other machine away; true when the mesh had taken it.</summary>
    public async Task<bool> StopDoubleAsync()
    {
        await EndAsync(twin!);
        twin!.Dispose();
        twin = null;
        return (await File.ReadAllTextAsync(Path.Combine(directory, "logs", TwinLog))).Contains($"Node {name} joined the mesh", StringComparison.Ordinal);
    }

    private string TwinLog => $"{name}-double.log";

    private ChildProcess StartIn(string data, string log, string? release) => ChildProcess.Start(["dotnet", Product.NodeAgent(release)], new Dictionary<string, string>
    {
        ["MESH_COORDINATOR_URL"] = mesh.GetLeftPart(UriPartial.Authority),
        ["NODE_NAME"] = name,
        ["AURORA_DATA_DIR"] = Path.Combine(directory, data, name),
        ["AURORA_GPUS"] = $"[{{\"type\":\"{Workload.RealGpu}\",\"memory_gb\":{GpuGigabytes}}}]",
        ["AURORA_MAX_PARALLEL"] = maxParallel.ToString(CultureInfo.InvariantCulture),
        ["AURORA_ALLOW_SCRIPTS"] = "any",
        // Its scripts write their evidence outside their own directory.
        ["AURORA_SCRIPT_RUNNER"] = "process",
        ["AURORA_BACKENDS"] = "off",
    }, Path.Combine(directory, "logs", log));

    public bool Send(int signal) => process is { } child && child.Send(signal);

    public async Task StopAsync()
    {
        foreach (var child in new[] { process, twin }.OfType<ChildProcess>())
        {
            await EndAsync(child);
        }
    }

    private static async Task EndAsync(ChildProcess child)
    {
        if (!child.HasExited)
        {
            child.Send(Signal.Continue);
            child.Send(Signal.Terminate);
            if (!await child.EndedWithinAsync(TimeSpan.FromSeconds(10)))
            {
                await child.KillAsync();
            }
        }
    }

    public Task<bool> EndedAsync() => process is { } child ? child.EndedWithinAsync(TimeSpan.FromSeconds(10)) : Task.FromResult(true);

    /// <summary>
    /// The script of a task that works for so long. Each line is one append. The node's name is the folder that the agent
    /// was given for its data; the time is the wall clock, since bash knows no other without a process of its own.
    /// </summary>
    public static string Script(string directory, int workMilliseconds) =>
        $$"""
        node=${AURORA_OUTPUT_DIR#*/data/}
        node=${node%%/*}
        note() { printf '%s %s %s %s %s %s\n' "$1" "$node" "$AURORA_TASK_ID" "$AURORA_ATTEMPT" "$$" "$EPOCHREALTIME" >> '{{JournalOf(directory)}}'; }
        note start
        sleep {{(workMilliseconds / 1000.0).ToString(CultureInfo.InvariantCulture)}}
        note end
        """;

    /// <summary>The lines that scripts wrote.</summary>
    /// <param name="toMonotonic">A wall clock in microseconds as the monotonic clock in nanoseconds.</param>
    public static IEnumerable<JournalEvent> ReadJournal(string directory, Func<long, long> toMonotonic)
    {
        if (!File.Exists(JournalOf(directory)))
        {
            yield break;
        }

        foreach (var line in File.ReadLines(JournalOf(directory)))
        {
            if (line.Split(' ') is not [var step, var node, var task, var attempt, var pid, var at])
            {
                throw new FormatException($"A script's journal has the line \"{line}\".");
            }

            var isEnd = step == "end";
            yield return new JournalEvent
            {
                At = toMonotonic(long.Parse(string.Concat(at.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture)),
                Node = node,
                Step = isEnd ? JournalStep.End : JournalStep.Start,
                Task = task,
                Attempt = int.Parse(attempt, CultureInfo.InvariantCulture),
                Run = $"{task}/{attempt}/{pid}",
                Succeeded = isEnd ? true : null,
            };
        }
    }

    public void Dispose()
    {
        process?.Dispose();
        twin?.Dispose();
    }
}
