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
            // Of several nodes each starts it once.
            var isGang = run.NodesOf(executions.Key) > 1;
            foreach (var repeated in executions.GroupBy(execution => (execution.Attempt, Node: isGang ? execution.Node : "")).Where(attempt => attempt.Count() > 1))
            {
                findings.Add($"{executions.Key}, attempt {repeated.Key.Attempt} was started {repeated.Count()} times");
            }

            // By attempt: a node that was cut off may begin an attempt after the next one has ended elsewhere.
            var attempts = executions.GroupBy(execution => execution.Attempt).OrderBy(attempt => attempt.Key).Select(attempt => attempt.ToList()).ToList();
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
                        $"{executions.Key} ran as attempt {first[0].Attempt} on {NodesOf(first)} and again as attempt {second[0].Attempt} on {NodesOf(second)}; no fault explains it");
                }
            }
        }

        findings.Measure("executions", run.Executions.Count);
        return findings.Result();
    }

    private static string NodesOf(List<Execution> attempt) => string.Join(", ", attempt.Select(execution => execution.Node));

    /// <summary>What happens to one of several nodes happens to the attempt, also when it had not started there.</summary>
    private static string? Explanation(RunEvidence run, List<Execution> first, List<Execution> second)
    {
        if (first.Exists(execution => execution.End is { Step: JournalStep.End, Succeeded: false } failed && failed.At <= second[0].Start.At))
        {
            return "failure";
        }

        var nodes = first.Select(execution => execution.Node).ToHashSet(StringComparer.Ordinal);
        var executed = nodes.Count;
        nodes.UnionWith(MembersOf(run, first[0]));
        // A node's grain may live on any silo. When that dies, an order to the node is refused, which ends no execution of a task of one node,
        // and those of the other members of one of several.
        var wasRefused = nodes.Count > executed;
        var aftermath = (long)(run.Manifest.AftermathSeconds * NsPerSecond);
        var givenUp = GivenUpAt(run, first[0]) ?? second[0].Start.At;
        return run.Faults.LastOrDefault(fault =>
            fault.Begin <= givenUp && fault.End + aftermath >= givenUp && (fault.Nodes.Overlaps(nodes) || (wasRefused && fault.IsOfSilo)))?.Kind;
    }

    private static IEnumerable<string> MembersOf(RunEvidence run, Execution execution) =>
        run.EventsByTask.GetValueOrDefault(execution.Task)?
            .FirstOrDefault(change => change.HoldsPlace && change.Attempt == execution.Attempt)?.Members?.Select(member => member.Node) ?? [];

    private static long? GivenUpAt(RunEvidence run, Execution execution) =>
        run.EventsByTask.GetValueOrDefault(execution.Task)?
            .FirstOrDefault(change => change.Phase == StoredPhase.Queued && change.Attempt == execution.Attempt) is { } requeued
            ? run.Manifest.ToMonotonic(requeued.At)
            : null;
}
