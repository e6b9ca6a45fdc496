using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;
using Aurora.Chaos.Runner.Plans;

namespace Aurora.Chaos.Runner.Running;

/// <summary>What a plan asks for beyond the promises of every run.</summary>
internal static class PlanLimits
{
    private const string RerunCheck = "C8";

    /// <summary>Why the run is not what its plan asks for; empty when it is.</summary>
    public static IReadOnlyList<string> Judge(RunPlan plan, RunVerdict verdict, RunEvidence run)
    {
        var broken = new List<string>();
        if (plan.MustBreak is { } check && verdict.Checks.Single(result => result.Id == check).Verdict != Verdict.Broken)
        {
            broken.Add($"{check} had to be broken by what this run does and was not: the faults did not bite");
        }

        if (plan.NoRerun)
        {
            var figures = verdict.Checks.Single(result => result.Id == RerunCheck).Figures;
            var needless = figures.GetValueOrDefault("executed_again") - figures.GetValueOrDefault("after_failure");
            if (needless > 0)
            {
                broken.Add($"{needless} executions again without a failure; this plan allows none");
            }
        }

        if (plan.TriesMax is { } most)
        {
            var more = run.Requests.Values.Where(request => request.Invoke.Call == ClientCall.Submit)
                .GroupBy(request => request.Invoke.Key, StringComparer.Ordinal).Count(tries => tries.Count() > most);
            if (more > 0)
            {
                broken.Add($"{more} submits were sent more than {most} times");
            }
        }

        return broken;
    }

    /// <summary>Whether the run did what its plan is for.</summary>
    public static bool IsKept(RunPlan plan, RunReport report) => report.Limits.Count == 0 && (plan.MustBreak is null
        ? report.Verdict!.Outcome == RunOutcome.Passed
        : report.Verdict!.Checks.All(result => result.Id == plan.MustBreak || result.Verdict != Verdict.Broken || BreaksWith(plan.MustBreak, result.Id)));

    // A task that is lost also lacks its end, its result and its execution's outcome, and a later read misses it.
    private static bool BreaksWith(string mustBreak, string id) => mustBreak == "C1" && id is "C3" or "C4" or "C6" or "C8" or "C11" or "C12" or "C13" or "C15";
}
