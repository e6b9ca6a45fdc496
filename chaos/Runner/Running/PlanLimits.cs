using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;
using Aurora.Chaos.Runner.Load;
using Aurora.Chaos.Runner.Plans;

namespace Aurora.Chaos.Runner.Running;

/// <summary>What a plan asks for beyond the promises of every run.</summary>
internal static class PlanLimits
{
    private const string RerunCheck = "C8";

    // Where one side always wins, the other is not tested.
    private const double RaceShareMin = 0.05;

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

        broken.AddRange(OfLoad(plan, run));
        return broken;
    }

    private static IEnumerable<string> OfLoad(RunPlan plan, RunEvidence run)
    {
        if (plan.GangShare > 0 && !run.Tasks.Any(task => task is { Nodes: > 1, Phase: StoredPhase.Completed }))
        {
            yield return "no task of several nodes was completed: C16 had nothing to judge";
        }

        if (plan.SubmitCopies > 1
            && run.Requests.Values.Count(request => IsOtherBody(request.Invoke.Client) && request.Answer is { Step: ClientStep.Ok }) is > 0 and var taken)
        {
            yield return $"{taken} keys were taken with another body";
        }

        if (plan.WaitForResults)
        {
            var waited = run.Requests.Values.Where(request => request.Answer is { Step: ClientStep.Ok, Phase: "completed" or "failed" or "cancelled" })
                .Select(request => request.Invoke.Task).ToHashSet(StringComparer.Ordinal);
            var without = run.Requests.Values.Where(request => request is { Invoke: { Call: ClientCall.Submit, Client: not LoadClient.Probe }, Answer.Step: ClientStep.Ok })
                .Select(request => request.Answer!.Task).Distinct(StringComparer.Ordinal).Count(task => task is not null && !waited.Contains(task));
            if (without > 0)
            {
                yield return $"{without} waiting clients never had their result";
            }
        }

        if (plan.CancelShare >= 1)
        {
            var (cancelled, completed) = (run.Tasks.Count(task => task.Phase == StoredPhase.Cancelled), run.Tasks.Count(task => task.Phase == StoredPhase.Completed));
            if (Math.Min(cancelled, completed) < run.Tasks.Count * RaceShareMin)
            {
                yield return $"{cancelled} tasks were cancelled and {completed} completed: that was no race";
            }
        }
    }

    private static bool IsOtherBody(string client) => client.EndsWith(LoadClient.OtherBody, StringComparison.Ordinal);

    /// <summary>Whether the run did what its plan is for.</summary>
    public static bool IsKept(RunPlan plan, RunReport report) => report.Limits.Count == 0 && (plan.MustBreak is null
        ? report.Verdict!.Outcome == RunOutcome.Passed
        : report.Verdict!.Checks.All(result => result.Id == plan.MustBreak || result.Verdict != Verdict.Broken || BreaksWith(plan.MustBreak, result.Id)));

    // A task that is lost also lacks its end, its result and its execution's outcome, and a later read misses it.
    private static bool BreaksWith(string mustBreak, string id) => mustBreak == "C1" && id is "C3" or "C4" or "C6" or "C8" or "C11" or "C12" or "C13" or "C15";
}
