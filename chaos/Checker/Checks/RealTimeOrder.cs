using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// A read that begins after an answer sees at least what the answer said, whoever asks: a task that was accepted is
/// there, an attempt number never falls, what has ended stays as it ended.
/// </summary>
internal sealed class RealTimeOrder : ICheck
{
    public string Id => "C11";

    public string Promise => "reads follow real time";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var known = new Dictionary<string, (int Attempt, string? Ended)>(StringComparer.Ordinal);
        var atInvoke = new Dictionary<long, (bool Known, int Attempt, string? Ended)>();

        // Lines come by time: what is known when a request is invoked was answered before it.
        foreach (var line in run.Client)
        {
            if (line.Step == ClientStep.Invoke)
            {
                if (line.Call == ClientCall.Read)
                {
                    var found = known.TryGetValue(line.Task!, out var seen);
                    atInvoke[line.Op] = (found, seen.Attempt, seen.Ended);
                }
            }
            else if (line.Step == ClientStep.Ok && line.Task is not null)
            {
                if (line.Call == ClientCall.Read && atInvoke.Remove(line.Op, out var before))
                {
                    findings.Count("reads");
                    Compare(line, before, findings);
                }

                Learn(line, known);
            }
        }

        if (atInvoke.Count == 0 && !run.Client.Any(line => line.Call == ClientCall.Read))
        {
            findings.NoEvidence("the run has no reads");
        }

        return findings.Result();
    }

    private static void Compare(ClientEvent read, (bool Known, int Attempt, string? Ended) before, Findings findings)
    {
        if (before.Known && read.Phase is null)
        {
            findings.Add($"{read.Task} was known before, and a later read did not find it ({read.Detail})");
        }
        else if (before.Ended is not null && read.Phase != before.Ended)
        {
            findings.Add($"{read.Task} was {before.Ended}, and a later read says {read.Phase} ({read.Detail})");
        }
        else if (read.Attempt is { } attempt && attempt < before.Attempt)
        {
            findings.Add($"{read.Task} was at attempt {before.Attempt}, and a later read says {attempt} ({read.Detail})");
        }
    }

    private static void Learn(ClientEvent answer, Dictionary<string, (int Attempt, string? Ended)> known)
    {
        if (answer.Phase is null && answer.Call == ClientCall.Read)
        {
            return;
        }

        var seen = known.GetValueOrDefault(answer.Task!);
        var ended = answer.Phase is "completed" or "failed" or "cancelled" ? answer.Phase : null;
        known[answer.Task!] = (Math.Max(seen.Attempt, answer.Attempt ?? 0), seen.Ended ?? ended);
    }
}
