using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// Each submit that was answered with a success has its row. A submit of unknown outcome is recovered when its row is
/// there and not accepted otherwise; neither counts as a success.
/// </summary>
internal sealed class AcceptedStored : ICheck
{
    public string Id => "C1";

    public string Promise => "no accepted task is lost";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var stored = run.Tasks.Select(task => task.TaskId).ToHashSet(StringComparer.Ordinal);
        var storedKeys = run.Tasks.Select(task => task.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (invoke, answer) in run.Requests.Values.Where(request => request.Invoke.Call == ClientCall.Submit))
        {
            if (answer is { Step: ClientStep.Ok })
            {
                accepted.Add(invoke.Key!);
                if (answer.Task is null || !stored.Contains(answer.Task))
                {
                    findings.Add($"{answer.Task} was accepted (key {invoke.Key}, {answer.Detail}) and is not stored");
                }
            }
            else if (answer is not { Step: ClientStep.Fail })
            {
                findings.Count("unknown_requests");
                unknown.Add(invoke.Key!);
            }
        }

        unknown.ExceptWith(accepted);
        findings.Measure("accepted", accepted.Count);
        findings.Measure("unknown_keys_recovered", unknown.Count(storedKeys.Contains));
        findings.Measure("unknown_keys_not_accepted", unknown.Count(key => !storedKeys.Contains(key)));
        if (accepted.Count == 0)
        {
            findings.NoEvidence("no submit was accepted");
        }

        return findings.Result();
    }
}
