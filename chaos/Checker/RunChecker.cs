using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;

namespace Aurora.Chaos.Checker;

/// <summary>Judges a run by its evidence alone. Each check is one sort and one pass: O(n log n) in the lines.</summary>
public static class RunChecker
{
    /// <summary>The least share of the planned faults that has to hit, or the run proves nothing.</summary>
    public const double HitShareMin = 0.8;

    /// <summary>Every check, in the order of the report.</summary>
    public static IReadOnlyList<ICheck> Checks { get; } =
    [
        new AcceptedStored(),
        new NothingInvented(),
        new OneCompletion(),
        new LegalHistory(),
        new Fencing(),
        new SingleLeader(),
        new Capacity(),
        new NoUnwantedRerun(),
        new PriorityOrder(),
        new WaitBound(),
        new RealTimeOrder(),
        new ResultIntegrity(),
        new ExecutionTruth(),
        new Recovery(),
        new Idempotency(),
        new Gangs(),
    ];

    public static RunVerdict Check(RunEvidence run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var results = Checks.Select(check => check.Judge(run)).ToList();
        var hits = run.Faults.Where(fault => fault.Hit).ToList();
        var unknown = run.Requests.Values.Count(request =>
            request.Invoke.Call == ClientCall.Submit && request.Answer is not { Step: ClientStep.Ok or ClientStep.Fail });

        var reasons = results.Where(result => result.Verdict == Verdict.Broken)
            .Select(result => $"{result.Id} is broken: {result.Promise}").ToList();
        var outcome = reasons.Count > 0 ? RunOutcome.Failed : RunOutcome.Passed;
        if (hits.Count < run.Manifest.FaultsPlanned * HitShareMin)
        {
            reasons.Add($"{hits.Count} of {run.Manifest.FaultsPlanned} planned faults hit; below {HitShareMin:P0} a run proves nothing");
            outcome = outcome == RunOutcome.Failed ? outcome : RunOutcome.Invalid;
        }

        if (run.Manifest.UnknownsRequired && unknown == 0)
        {
            reasons.Add("no submit had an unknown outcome; the faults did not bite");
            outcome = outcome == RunOutcome.Failed ? outcome : RunOutcome.Invalid;
        }

        return new RunVerdict(
            outcome,
            reasons,
            run.Manifest.Seed,
            run.Manifest.Profile,
            run.Manifest.Commit,
            run.Manifest.FaultsPlanned,
            hits.Count,
            new SortedDictionary<string, int>(hits.GroupBy(fault => fault.Kind).ToDictionary(kind => kind.Key, kind => kind.Count()), StringComparer.Ordinal),
            run.Tasks.Count,
            unknown,
            results);
    }
}
