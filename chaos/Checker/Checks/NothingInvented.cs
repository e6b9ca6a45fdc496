using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>Each row goes back to a submit that some client sent.</summary>
internal sealed class NothingInvented : ICheck
{
    public string Id => "C2";

    public string Promise => "no task is invented";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var sent = run.Client.Where(line => line is { Call: ClientCall.Submit, Step: ClientStep.Invoke })
            .Select(line => line.Key!).ToHashSet(StringComparer.Ordinal);
        foreach (var task in run.Tasks.Where(task => task.Key is null || !sent.Contains(task.Key)))
        {
            findings.Add($"{task.TaskId} is stored with key {task.Key ?? "none"}, which nobody sent");
        }

        findings.Measure("rows", run.Tasks.Count);
        return findings.Result();
    }
}
