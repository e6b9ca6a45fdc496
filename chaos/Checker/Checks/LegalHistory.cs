using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>Each task's changes are a path of the documented state machine, with attempts 1, 2, 3 … and no gap.</summary>
internal sealed class LegalHistory : ICheck
{
    public string Id => "C4";

    public string Promise => "every history is a path of the state machine";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        foreach (var (taskId, changes) in run.EventsByTask)
        {
            if (!IsBeginning(changes[0]))
            {
                findings.Add($"{taskId} begins as {changes[0].Phase}, attempt {changes[0].Attempt}");
            }

            foreach (var (from, to) in changes.Zip(changes.Skip(1)))
            {
                if (!IsStep(from, to))
                {
                    findings.Add($"{taskId} went from {from.Phase}, attempt {from.Attempt} to {to.Phase}, attempt {to.Attempt} (seq {to.Seq}, {to.Writer})");
                }
            }
        }

        findings.Measure("changes", run.StoreEvents.Count);
        return findings.Result();
    }

    private static bool IsBeginning(StoreEvent change) =>
        change is { Phase: StoredPhase.Queued, Attempt: 0 } or { Phase: StoredPhase.Assigned, Attempt: 1 };

    private static bool IsStep(StoreEvent from, StoreEvent to)
    {
        if (from.HasEnded)
        {
            return false;
        }

        if (from.Phase == to.Phase && from.Attempt == to.Attempt)
        {
            // A change of something else, which must not move the attempt.
            return !from.HoldsPlace || from.NodeId == to.NodeId;
        }

        return to.Phase switch
        {
            StoredPhase.Assigned => from.Phase == StoredPhase.Queued && to.Attempt == from.Attempt + 1,
            StoredPhase.Running => from.Phase == StoredPhase.Assigned && to.Attempt == from.Attempt,
            StoredPhase.Queued or StoredPhase.Completed or StoredPhase.Failed => from.HoldsPlace && to.Attempt == from.Attempt,
            StoredPhase.Cancelled => to.Attempt == from.Attempt,
            _ => false,
        };
    }
}
