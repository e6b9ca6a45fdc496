using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>What the work produced is what is stored and what clients read.</summary>
internal sealed class ResultIntegrity : ICheck
{
    public string Id => "C12";

    public string Promise => "results arrive unchanged";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        // Of several nodes the result is that of the first.
        var produced = run.Journal.Where(entry => entry is { Step: JournalStep.End, Digest: not null, Rank: null or 0 })
            .GroupBy(entry => (entry.Task, entry.Attempt))
            .ToDictionary(entries => entries.Key, entries => entries.Select(entry => entry.Digest).ToHashSet());
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in run.Tasks.Where(task => task.Phase == StoredPhase.Completed))
        {
            if (!produced.TryGetValue((task.TaskId, task.Attempt), out var digests))
            {
                continue;
            }

            findings.Count("results");
            if (task.ResultDigest is null || !digests.Contains(task.ResultDigest))
            {
                findings.Add($"{task.TaskId}, attempt {task.Attempt} produced {string.Join(" or ", digests)}; stored is {task.ResultDigest ?? "nothing"}");
            }
            else
            {
                stored[task.TaskId] = task.ResultDigest;
            }
        }

        foreach (var read in run.Client.Where(line => line is { Call: ClientCall.Read, Step: ClientStep.Ok, Phase: "completed" }))
        {
            if (stored.TryGetValue(read.Task!, out var digest))
            {
                findings.Count("results_read");
                if (read.Digest != digest)
                {
                    findings.Add($"{read.Task} is stored with {digest}; a client read {read.Digest ?? "nothing"} ({read.Detail})");
                }
            }
        }

        return findings.Result();
    }
}
