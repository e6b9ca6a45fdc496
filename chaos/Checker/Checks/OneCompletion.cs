using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>After the drain each task has ended exactly once, and its row says what its last change said.</summary>
internal sealed class OneCompletion : ICheck
{
    public string Id => "C3";

    public string Promise => "every task ends exactly once";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        foreach (var task in run.Tasks)
        {
            var changes = run.EventsByTask.GetValueOrDefault(task.TaskId) ?? [];
            var ends = changes.Count(change => change.HasEnded);
            if (ends != 1)
            {
                findings.Add($"{task.TaskId} has {ends} recorded ends; its row says {task.Phase}, attempt {task.Attempt}");
            }

            if (changes.Count > 0 && (changes[^1].Phase != task.Phase || changes[^1].Attempt != task.Attempt))
            {
                findings.Add($"{task.TaskId}'s row says {task.Phase}, attempt {task.Attempt}; its last change was to {changes[^1].Phase}, attempt {changes[^1].Attempt}");
            }

            findings.Count(task.Phase.ToString().ToLowerInvariant());
        }

        return findings.Result();
    }
}
