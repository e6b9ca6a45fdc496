using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// How long each fault was felt. Submits: from the fault to the first success that was sent after it and after the last failed or
/// unknown one of its window, 0 when none failed. One that was under way when the next fault came and failed after it is that fault's. A server that refuses the connection sends a client to the next one and fails
/// nothing by itself; where all refuse, there is no success meanwhile. Completions: from the fault to the next completion stored. A window
/// lasts from one fault to the next, at most a minute. Beside them, how long a client had to go on asking, its own time limits included: the
/// longest from the first request with a key to its acceptance, of the keys first sent in the window. Clients that ask a frozen server wait for
/// their time limit as long as it is frozen, which the first figure counts and the last does not.
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
        var keys = submits.Where(request => request.Invoke.Key is not null)
            .GroupBy(request => request.Invoke.Key!, StringComparer.Ordinal)
            .Select(key => (Begin: key.Min(request => request.Invoke.At), End: key.Where(request => request.Answer is { Step: ClientStep.Ok }).Min(request => (long?)request.Answer!.At)))
            .ToList();
        var completions = run.StoreEvents.Where(change => change.Phase == StoredPhase.Completed)
            .Select(change => run.Manifest.ToMonotonic(change.At)).Order().ToList();
        var hits = run.Faults.Where(fault => fault.Hit).ToList();
        var recoveries = hits.Select((fault, index) => (
            fault,
            Submit: SubmitSeconds(submits, fault.Begin, index + 1 < hits.Count ? hits[index + 1].Begin : long.MaxValue),
            Completion: CompletionSeconds(completions, fault.Begin),
            Asking: AskingSeconds(keys, fault.Begin, index + 1 < hits.Count ? hits[index + 1].Begin : long.MaxValue))).ToList();

        foreach (var kind in recoveries.GroupBy(recovery => recovery.fault.Kind, StringComparer.Ordinal))
        {
            findings.Measure($"{kind.Key}_faults", kind.Count());
            Describe(findings, $"{kind.Key}_submit_s", [.. kind.Select(recovery => recovery.Submit).OfType<double>()]);
            Describe(findings, $"{kind.Key}_completion_s", [.. kind.Select(recovery => recovery.Completion).OfType<double>()]);
            Describe(findings, $"{kind.Key}_asking_s", [.. kind.Select(recovery => recovery.Asking).OfType<double>()]);
            if (run.Manifest.RecoverySecondsMax.TryGetValue(kind.Key, out var allowed))
            {
                foreach (var (fault, submit, _, _) in kind.Where(recovery => !(recovery.Submit <= allowed)))
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
        var felt = FailedUnderWay(submits, first, begin);
        for (var index = first; index < submits.Count && submits[index].Invoke.At < until; index++)
        {
            var answer = submits[index].Answer;
            if (answer is { Step: not ClientStep.Ok } && answer.At > next)
            {
                continue;
            }

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

    /// <summary>Whether a request that was sent before the fault failed after it; none waits longer than the look back.</summary>
    private static bool FailedUnderWay(List<(ClientEvent Invoke, ClientEvent? Answer)> submits, int first, long begin)
    {
        for (var index = first - 1; index >= 0 && submits[index].Invoke.At > begin - WindowNs; index--)
        {
            if (submits[index].Answer is { Step: not ClientStep.Ok } answer && answer.At > begin)
            {
                return true;
            }
        }

        return false;
    }

    private static double? CompletionSeconds(List<long> completions, long begin)
    {
        var index = completions.BinarySearch(begin);
        index = index < 0 ? ~index : index;
        return index < completions.Count ? (completions[index] - begin) / 1e9 : null;
    }

    /// <summary>Null when no key was first sent in the window; keys that were never accepted count for nothing here, C1 counts them.</summary>
    private static double? AskingSeconds(List<(long Begin, long? End)> keys, long begin, long next)
    {
        var until = Math.Min(next, begin + WindowNs);
        return keys.Where(key => key.Begin >= begin && key.Begin < until && key.End is not null).Max(key => (key.End - key.Begin) / 1e9);
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
