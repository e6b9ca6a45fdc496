using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// How long each fault was felt. Submits: from the fault to the first success that was sent after it and after the last failed or
/// unknown one of its window, 0 when none failed. A server that refuses the connection sends a client to the next one and fails
/// nothing by itself; where all refuse, there is no success meanwhile. Completions: from the fault to the next completion stored. A window
/// lasts from one fault to the next, at most a minute.
/// </summary>
internal sealed class Recovery : ICheck
{
    private const long WindowNs = 60_000_000_000;

    public string Id => "C14";

    public string Promise => "the mesh recovers in time";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var submits = run.Requests.Values.Where(request => request.Invoke.Call == ClientCall.Submit)
            .OrderBy(request => request.Invoke.At).ToList();
        var completions = run.StoreEvents.Where(change => change.Phase == StoredPhase.Completed)
            .Select(change => run.Manifest.ToMonotonic(change.At)).Order().ToList();
        var hits = run.Faults.Where(fault => fault.Hit).ToList();
        var recoveries = hits.Select((fault, index) => (
            fault,
            Submit: SubmitSeconds(submits, fault.Begin, index + 1 < hits.Count ? hits[index + 1].Begin : long.MaxValue),
            Completion: CompletionSeconds(completions, fault.Begin))).ToList();

        foreach (var kind in recoveries.GroupBy(recovery => recovery.fault.Kind, StringComparer.Ordinal))
        {
            findings.Measure($"{kind.Key}_faults", kind.Count());
            Describe(findings, $"{kind.Key}_submit_s", [.. kind.Select(recovery => recovery.Submit).OfType<double>()]);
            Describe(findings, $"{kind.Key}_completion_s", [.. kind.Select(recovery => recovery.Completion).OfType<double>()]);
            if (run.Manifest.RecoverySecondsMax.TryGetValue(kind.Key, out var allowed))
            {
                foreach (var (fault, submit, _) in kind.Where(recovery => !(recovery.Submit <= allowed)))
                {
                    findings.Add(submit is null
                        ? $"no submit succeeded after {fault.Kind} of {fault.Target} (fault {fault.Fault})"
                        : $"submits took {submit:F1} s of {allowed:F1} s to recover from {fault.Kind} of {fault.Target} (fault {fault.Fault})");
                }
            }
        }

        if (hits.Count == 0)
        {
            findings.NoEvidence("no fault hit");
        }

        return findings.Result();
    }

    /// <summary>Null when nothing succeeded any more although something failed.</summary>
    private static double? SubmitSeconds(List<(ClientEvent Invoke, ClientEvent? Answer)> submits, long begin, long next)
    {
        var until = Math.Min(next, begin + WindowNs);
        var first = LowerBound(submits, begin);
        var lastFailed = first - 1;
        var felt = false;
        for (var index = first; index < submits.Count && submits[index].Invoke.At < until; index++)
        {
            var answer = submits[index].Answer;
            felt |= answer is not { Step: ClientStep.Ok };
            if (answer is not ({ Step: ClientStep.Ok } or { Step: ClientStep.Fail, Status: null }))
            {
                lastFailed = index;
            }
        }

        if (!felt)
        {
            return 0;
        }

        long? success = null;
        for (var index = lastFailed + 1; index < submits.Count; index++)
        {
            if (submits[index].Answer is { Step: ClientStep.Ok } answer)
            {
                success = success is { } earlier ? Math.Min(earlier, answer.At) : answer.At;
                if (submits[index].Invoke.At > success)
                {
                    break;
                }
            }
        }

        return success is { } at ? (at - begin) / 1e9 : null;
    }

    private static double? CompletionSeconds(List<long> completions, long begin)
    {
        var index = completions.BinarySearch(begin);
        index = index < 0 ? ~index : index;
        return index < completions.Count ? (completions[index] - begin) / 1e9 : null;
    }

    private static int LowerBound(List<(ClientEvent Invoke, ClientEvent? Answer)> submits, long at)
    {
        var (low, high) = (0, submits.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = submits[middle].Invoke.At < at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static void Describe(Findings findings, string name, double[] seconds)
    {
        if (seconds.Length > 0)
        {
            Array.Sort(seconds);
            findings.Measure($"{name}_p50", seconds[(seconds.Length - 1) / 2]);
            findings.Measure($"{name}_p99", seconds[(int)Math.Ceiling(seconds.Length * 0.99) - 1]);
            findings.Measure($"{name}_max", seconds[^1]);
        }
    }
}
