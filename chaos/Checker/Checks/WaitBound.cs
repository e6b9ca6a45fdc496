using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>From its acceptance a task gets its first place, or is cancelled, within the bound of the run.</summary>
internal sealed class WaitBound : ICheck
{
    public string Id => "C10";

    public string Promise => "no task starves";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var bound = run.Manifest.WaitSecondsMax;
        var longest = new SortedDictionary<int, double>();
        foreach (var (taskId, changes) in run.EventsByTask)
        {
            var placed = changes.Find(change => change.Phase is StoredPhase.Assigned or StoredPhase.Cancelled);
            var waited = placed is null ? double.PositiveInfinity : (placed.At - changes[0].At) / 1e6;
            if (waited > bound)
            {
                findings.Add(placed is null ? $"{taskId} never got a place" : $"{taskId} (priority {changes[0].Priority}) waited {waited:F1} s of {bound:F0} s");
            }
            else
            {
                longest[changes[0].Priority] = Math.Max(longest.GetValueOrDefault(changes[0].Priority), waited);
            }
        }

        foreach (var (priority, seconds) in longest)
        {
            findings.Measure($"longest_wait_s_priority_{priority:D2}", seconds);
        }

        return findings.Result();
    }
}
