using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>Each recorded success was really executed to its end, and each end of the final attempt has its outcome.</summary>
internal sealed class ExecutionTruth : ICheck
{
    public string Id => "C13";

    public string Promise => "outcomes tell what was executed";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var ends = run.Journal.Where(entry => entry.Step == JournalStep.End).ToLookup(entry => (entry.Task, entry.Attempt));
        foreach (var task in run.Tasks)
        {
            // An attempt on several nodes has succeeded when all of them have.
            var own = ends[(task.TaskId, task.Attempt)].ToList();
            var hasSucceeded = own.Where(end => end.Succeeded == true).Select(end => end.Node).Distinct(StringComparer.Ordinal).Count() >= task.Nodes;
            var hasEnded = hasSucceeded || own.Exists(end => end.Succeeded == false) || (task.Nodes == 1 && own.Count > 0);
            switch (task.Phase)
            {
                case StoredPhase.Completed when !hasSucceeded:
                    findings.Add($"{task.TaskId} is completed by attempt {task.Attempt}, which no journal saw succeed");
                    break;
                case StoredPhase.Failed when hasSucceeded:
                    findings.Add($"{task.TaskId} is failed; its attempt {task.Attempt} succeeded");
                    break;
                case StoredPhase.Queued or StoredPhase.Assigned or StoredPhase.Running when hasEnded:
                    findings.Add($"{task.TaskId} is {task.Phase}; its attempt {task.Attempt} came to its end");
                    break;
            }
        }

        findings.Measure("ends", run.Journal.Count(entry => entry.Step == JournalStep.End));
        return findings.Result();
    }
}
