using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// A scheduler's epoch only grows, and every assignment was written by the process that took the latest epoch before
/// it. Two activations inside one process look the same from outside.
/// </summary>
internal sealed class SingleLeader : ICheck
{
    public string Id => "C6";

    public string Promise => "one scheduler assigns at a time";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var latest = new Dictionary<string, EpochEvent>(StringComparer.Ordinal);
        var next = 0;
        foreach (var change in run.StoreEvents)
        {
            for (; next < run.Epochs.Count && run.Epochs[next].Seq < change.Seq; next++)
            {
                Take(run.Epochs[next], latest, findings);
            }

            if (change.Phase == StoredPhase.Assigned)
            {
                findings.Count("assignments");
                if (latest.Count > 0 && !latest.Values.Any(leader => leader.Writer == change.Writer))
                {
                    findings.Add(
                        $"{change.TaskId}, attempt {change.Attempt} was assigned by {change.Writer} (seq {change.Seq}); the leader was "
                        + string.Join(", ", latest.Values.Select(leader => $"{leader.Writer} since seq {leader.Seq}")));
                }
            }
        }

        for (; next < run.Epochs.Count; next++)
        {
            Take(run.Epochs[next], latest, findings);
        }

        findings.Measure("epochs", run.Epochs.Count);
        if (run.Epochs.Count == 0)
        {
            findings.NoEvidence("no scheduler took an epoch while it was recorded");
        }

        return findings.Result();
    }

    private static void Take(EpochEvent epoch, Dictionary<string, EpochEvent> latest, Findings findings)
    {
        if (latest.TryGetValue(epoch.Pool, out var before) && epoch.Epoch <= before.Epoch)
        {
            findings.Add($"pool {epoch.Pool} went from epoch {before.Epoch} to {epoch.Epoch} (seq {epoch.Seq}, {epoch.Writer})");
        }

        latest[epoch.Pool] = epoch;
    }
}
