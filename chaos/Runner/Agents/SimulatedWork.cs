using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.History;

namespace Aurora.Chaos.Runner.Agents;

/// <summary>The executions of one simulated node: time passes, and its journal says so.</summary>
internal sealed class SimulatedWork(string node, NodeDisk disk, HistoryFile<JournalEvent> journal)
{
    private readonly ConcurrentDictionary<string, Running> running = new(StringComparer.Ordinal);
    private int runs;

    /// <summary>Raised with the report of an execution that came to its end, after it is kept on disk.</summary>
    public event Action<JsonObject>? Ended;

    public IEnumerable<(string Task, int Attempt)> Attempts => running.Values.Select(run => (run.Start.Task, run.Start.Attempt));

    public int Count => running.Count;

    /// <summary>Whether every execution that begins fails at once.</summary>
    public bool FailsEverything { get; set; }

    /// <summary>Begins an attempt unless this node took it before. True when it is new.</summary>
    public bool Begin(JsonObject task)
    {
        var id = task["task_id"]!.GetValue<string>();
        var attempt = task["attempt"]!.GetValue<int>();
        if (running.TryGetValue(id, out var older) && older.Start.Attempt < attempt)
        {
            Kill(id, older.Start.Attempt);
        }

        if (!disk.TryTake(id, attempt))
        {
            return false;
        }

        var gang = task["gang"]?.AsObject();
        string[]? members = gang is null ? null : [.. gang["members"]!.AsArray().Select(member => member!["node"]!.GetValue<string>())];
        var rank = gang?["rank"]!.GetValue<int>();
        var start = new JournalEvent
        {
            At = MonotonicClock.Now,
            Node = node,
            Step = JournalStep.Start,
            Task = id,
            Attempt = attempt,
            Run = $"{node}/{Interlocked.Increment(ref runs)}",
            Gpus = [.. task["gpus"]!.AsArray().Select(gpu => gpu!.GetValue<int>())],
            BytesPerGpu = task["memory_bytes_per_gpu"]!.GetValue<long>(),
            Rank = rank,
            Members = members,
        };
        var run = new Running(start, new CancellationTokenSource());
        running[id] = run;
        journal.Add(start);
        if (FailsEverything)
        {
            _ = WorkAsync(run, 0, fails: true);
            return true;
        }

        // Of several nodes each takes longer than the one before, so that they end one after the other.
        var work = task[Workload.WorkMember]?.GetValue<int>() ?? 0;
        var fails = task[Workload.FailsMember]?.GetValue<bool>() ?? false;
        _ = members is null
            ? WorkAsync(run, work, fails)
            : WorkAsync(run, work * (rank!.Value + 1) / members.Length, fails && rank == members.Length - 1);
        return true;
    }

    /// <summary>Ends an execution before its time.</summary>
    public void Kill(string task, int attempt)
    {
        if (running.TryGetValue(task, out var run) && run.Start.Attempt == attempt && running.TryRemove(new(task, run)))
        {
            journal.Add(run.Start with { At = MonotonicClock.Now, Step = JournalStep.Killed });
            run.Stop.Cancel();
        }
    }

    public void KillAll()
    {
        foreach (var (task, attempt) in Attempts.ToList())
        {
            Kill(task, attempt);
        }
    }

    private async Task WorkAsync(Running run, int milliseconds, bool fails)
    {
        await Task.Delay(milliseconds, run.Stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (task, attempt) = (run.Start.Task, run.Start.Attempt);
        var data = $"{task} {attempt} {run.Start.Run}";
        var report = new JsonObject { ["type"] = fails ? "task_failed" : "task_complete", ["task_id"] = task, ["attempt"] = attempt };
        if (fails)
        {
            report["error"] = "this work fails";
        }
        else
        {
            report["result"] = new JsonObject { [Workload.DataMember] = data, ["attempt"] = attempt, ["node"] = node };
        }

        if (running.TryRemove(new(task, run)))
        {
            journal.Add(run.Start with
            {
                At = MonotonicClock.Now,
                Step = JournalStep.End,
                Succeeded = !fails,
                Digest = fails ? null : Workload.DigestOf(data),
            });
            disk.Keep(task, attempt, report);
            Ended?.Invoke(report);
        }
    }

    private sealed record Running(JournalEvent Start, CancellationTokenSource Stop);
}
