using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>The end of a task comes from the attempt that was the current one, on the node and registration it was given to.</summary>
internal sealed class Fencing : ICheck
{
    public string Id => "C5";

    public string Promise => "only the current attempt can end a task";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        foreach (var (taskId, changes) in run.EventsByTask)
        {
            StoreEvent? assigned = null;
            foreach (var change in changes)
            {
                if (change.Phase == StoredPhase.Assigned)
                {
                    assigned = change;
                }
                else if (change.Phase is StoredPhase.Completed or StoredPhase.Failed)
                {
                    findings.Count("ends");
                    if (assigned is null || change.Attempt != assigned.Attempt
                        || change.NodeId != assigned.NodeId || change.NodeEpoch != assigned.NodeEpoch)
                    {
                        findings.Add(
                            $"{taskId} was ended by attempt {change.Attempt} of {change.NodeId} (epoch {change.NodeEpoch}); current was "
                            + $"attempt {assigned?.Attempt} of {assigned?.NodeId} (epoch {assigned?.NodeEpoch})");
                    }
                }
            }
        }

        foreach (var task in run.Tasks.Where(task => task.Phase == StoredPhase.Completed))
        {
            if (task.ResultAttempt is { } attempt && (attempt != task.Attempt || task.ResultNode != task.NodeId))
            {
                findings.Add($"{task.TaskId} ended with attempt {task.Attempt} of {task.NodeId}; its result is of attempt {attempt} of {task.ResultNode}");
            }
        }

        return findings.Result();
    }
}
