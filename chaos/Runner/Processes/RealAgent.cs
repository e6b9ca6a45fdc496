using System.Globalization;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>
/// A node agent as people run it, with one stated GPU. Its scripts write their own journal: one appended line at their start
/// and one at their end.
/// </summary>
internal sealed class RealAgent(string name, string directory, Uri mesh, int maxParallel) : IDisposable
{
    /// <summary>The memory of its GPU, in GB.</summary>
    public const int GpuGigabytes = 24;

    private ChildProcess? process;

    public string Name => name;

    public int Pid => process is { HasExited: false } child ? child.Pid : 0;

    public NodeCapacity Capacity => new([GpuGigabytes * Workload.BytesPerGigabyte], maxParallel);

    private static string JournalOf(string directory) => Path.Combine(directory, "real-journal.log");

    public void Start()
    {
        process?.Dispose();
        process = ChildProcess.Start([Product.NodeAgent], new Dictionary<string, string>
        {
            ["MESH_COORDINATOR_URL"] = mesh.GetLeftPart(UriPartial.Authority),
            ["NODE_NAME"] = name,
            ["AURORA_DATA_DIR"] = Path.Combine(directory, "data", name),
            ["AURORA_GPUS"] = $"[{{\"type\":\"{Workload.RealGpu}\",\"memory_gb\":{GpuGigabytes}}}]",
            ["AURORA_MAX_PARALLEL"] = maxParallel.ToString(CultureInfo.InvariantCulture),
            ["AURORA_ALLOW_SCRIPTS"] = "any",
            ["AURORA_BACKENDS"] = "off",
        }, Path.Combine(directory, "logs", $"{name}.log"));
    }

    public bool Send(int signal) => process is { } child && child.Send(signal);

    public async Task StopAsync()
    {
        if (process is { HasExited: false } child)
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
    /// was given for its data.
    /// </summary>
    public static string Script(string directory, int workMilliseconds) =>
        $$"""
        import os, time
        node = os.environ["AURORA_OUTPUT_DIR"].split("/data/")[1].split("/")[0]
        def note(step):
            fields = [step, node, os.environ["AURORA_TASK_ID"], os.environ["AURORA_ATTEMPT"], str(os.getpid()), str(time.monotonic_ns())]
            journal = os.open("{{JournalOf(directory)}}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            os.write(journal, (" ".join(fields) + "\n").encode())
            os.close(journal)
        note("start")
        time.sleep({{(workMilliseconds / 1000.0).ToString(CultureInfo.InvariantCulture)}})
        note("end")
        """;

    /// <summary>The lines that scripts wrote.</summary>
    public static IEnumerable<JournalEvent> ReadJournal(string directory)
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
                At = long.Parse(at, CultureInfo.InvariantCulture),
                Node = node,
                Step = isEnd ? JournalStep.End : JournalStep.Start,
                Task = task,
                Attempt = int.Parse(attempt, CultureInfo.InvariantCulture),
                Run = $"{task}/{attempt}/{pid}",
                Succeeded = isEnd ? true : null,
            };
        }
    }

    public void Dispose() => process?.Dispose();
}
