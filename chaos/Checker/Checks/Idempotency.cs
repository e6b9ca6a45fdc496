using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>One key is one task, stored and answered, however often it was sent.</summary>
internal sealed class Idempotency : ICheck
{
    public string Id => "C15";

    public string Promise => "one key is one task";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        if (!run.Manifest.KeysHonoured)
        {
            findings.NoEvidence("before the first fault, one key sent twice was answered with two tasks: this build does not know keys");
            return findings.Result();
        }

        var stored = run.Tasks.Where(task => task.Key is not null).GroupBy(task => task.Key!, StringComparer.Ordinal)
            .ToDictionary(tasks => tasks.Key, tasks => tasks.Select(task => task.TaskId).ToList(), StringComparer.Ordinal);
        foreach (var (key, tasks) in stored.Where(entry => entry.Value.Count > 1))
        {
            findings.Add($"key {key} is stored as {string.Join(" and ", tasks)}");
        }

        foreach (var request in run.Requests.Values.Where(request => request is { Invoke.Call: ClientCall.Submit, Answer.Step: ClientStep.Ok }))
        {
            if (stored.TryGetValue(request.Invoke.Key!, out var tasks) && !tasks.Contains(request.Answer!.Task!))
            {
                findings.Add($"key {request.Invoke.Key} was answered with {request.Answer.Task} and is stored as {tasks[0]}");
            }
        }

        findings.Measure("keys", stored.Count);
        findings.Measure("repeats", run.Client.Count(line => line is { Call: ClientCall.Submit, Step: ClientStep.Invoke })
            - run.Client.Where(line => line is { Call: ClientCall.Submit, Step: ClientStep.Invoke }).Select(line => line.Key).Distinct().Count());
        return findings.Result();
    }
}
