using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// An attempt is started once. A task is executed again only when something explains it: its execution failed, or a
/// fault that names its node was going on, or had ended within the aftermath, when the store gave the attempt up.
/// </summary>
internal sealed class NoUnwantedRerun : ICheck
{
    private const double NsPerSecond = 1e9;

    public string Id => "C8";

    public string Promise => "nothing is executed again without a reason";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        foreach (var executions in run.Executions.GroupBy(execution => execution.Task, StringComparer.Ordinal))
        {
            foreach (var repeated in executions.GroupBy(execution => execution.Attempt).Where(attempt => attempt.Count() > 1))
            {
                findings.Add($"{executions.Key}, attempt {repeated.Key} was started {repeated.Count()} times");
            }

            // By attempt: a node that was cut off may begin an attempt after the next one has ended elsewhere.
            var attempts = executions.DistinctBy(execution => execution.Attempt).OrderBy(execution => execution.Attempt).ToList();
            foreach (var (first, second) in attempts.Zip(attempts.Skip(1)))
            {
                findings.Count("executed_again");
                if (Explanation(run, first, second) is { } explanation)
                {
                    findings.Count($"after_{explanation}");
                }
                else
                {
                    findings.Add(
                        $"{first.Task} ran as attempt {first.Attempt} on {first.Node} and again as attempt {second.Attempt} on {second.Node}; no fault explains it");
                }
            }
        }

        findings.Measure("executions", run.Executions.Count);
        return findings.Result();
    }

    private static string? Explanation(RunEvidence run, Execution first, Execution second)
    {
        if (first.End is { Step: JournalStep.End, Succeeded: false } failed && failed.At <= second.Start.At)
        {
            return "failure";
        }

        var aftermath = (long)(run.Manifest.AftermathSeconds * NsPerSecond);
        var givenUp = GivenUpAt(run, first) ?? second.Start.At;
        return run.Faults.LastOrDefault(fault =>
            fault.Begin <= givenUp && fault.End + aftermath >= givenUp && fault.Nodes.Contains(first.Node))?.Kind;
    }

    private static long? GivenUpAt(RunEvidence run, Execution execution) =>
        run.EventsByTask.GetValueOrDefault(execution.Task)?
            .FirstOrDefault(change => change.Phase == StoredPhase.Queued && change.Attempt == execution.Attempt) is { } requeued
            ? run.Manifest.ToMonotonic(requeued.At)
            : null;
}
