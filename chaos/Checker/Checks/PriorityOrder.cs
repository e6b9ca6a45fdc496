using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// When a task gets a place, no task of the same shape waits whose effective priority is higher by a level or more.
/// Half a second on both sides covers decisions that were on their way; moments from five seconds before a change of leader until ten
/// after it are left out (a report to the old leader is repeated after the five seconds that a call may take), and so is the backoff of a task that failed. The effective priority is the priority plus one level for each ageing step waited.
/// </summary>
internal sealed class PriorityOrder : ICheck
{
    private const long SlackMicros = 500_000;
    private const long BeforeLeaderChangeMicros = 5_000_000;
    private const long AfterLeaderChangeMicros = 10_000_000;

    public string Id => "C9";

    public string Promise => "a higher priority goes first";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var leaderChanges = run.Epochs.Select(epoch => epoch.At).Order().ToArray();
        foreach (var shape in Spans(run).GroupBy(span => (span.Shape, Nodes: run.NodesOf(span.TaskId))))
        {
            Sweep([.. shape], run.Manifest.AgingStepSeconds * 1e6, leaderChanges, findings);
        }

        return findings.Result();
    }

    private static void Sweep(List<Wait> waits, double agingMicros, long[] leaderChanges, Findings findings)
    {
        var edges = new List<(long At, int Order, Wait Wait)>();
        foreach (var wait in waits)
        {
            var from = wait.From + SlackMicros;
            var until = wait.Until - SlackMicros;
            if (from < until)
            {
                edges.Add((from, 1, wait));
                edges.Add((until, 0, wait));
            }

            if (wait.Placed)
            {
                edges.Add((wait.Until, 2, wait));
            }
        }

        edges.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Order.CompareTo(b.Order));
        var waiting = new SortedSet<(double Rank, string TaskId, long From)>();
        foreach (var (at, order, wait) in edges)
        {
            // Levels at a common moment: the order of two tasks never changes while both wait.
            var rank = wait.Priority - (wait.SubmittedAt / agingMicros);
            switch (order)
            {
                case 0:
                    waiting.Remove((rank, wait.TaskId, wait.From));
                    break;
                case 1:
                    waiting.Add((rank, wait.TaskId, wait.From));
                    break;
                default:
                    findings.Count("placements");
                    if (waiting.Count > 0 && waiting.Max.Rank - rank >= 1 && !IsNear(leaderChanges, at))
                    {
                        findings.Add($"{wait.TaskId} (priority {wait.Priority}) was placed {waiting.Max.Rank - rank:F2} levels before {waiting.Max.TaskId}, which waited");
                    }

                    break;
            }
        }
    }

    private static bool IsNear(long[] changes, long at)
    {
        var index = Array.BinarySearch(changes, at - AfterLeaderChangeMicros);
        index = index < 0 ? ~index : index;
        return index < changes.Length && changes[index] <= at + BeforeLeaderChangeMicros;
    }

    private static IEnumerable<Wait> Spans(RunEvidence run)
    {
        foreach (var changes in run.EventsByTask.Values)
        {
            StoreEvent? queued = null;
            foreach (var change in changes)
            {
                // A task that is placed in its own commit has not waited; it may still overtake one that does.
                if (queued is not null || (change == changes[0] && change.Phase == StoredPhase.Assigned))
                {
                    if (change.Phase != StoredPhase.Queued)
                    {
                        yield return new Wait(change, queued is null ? change.At : EligibleAt(queued), change.At, change.Phase == StoredPhase.Assigned);
                        queued = null;
                    }
                }
                else if (change.Phase == StoredPhase.Queued)
                {
                    queued = change;
                }
            }

            if (queued is not null)
            {
                yield return new Wait(queued, EligibleAt(queued), long.MaxValue, Placed: false);
            }
        }
    }

    private static long EligibleAt(StoreEvent queued) => Math.Max(queued.At, queued.NotBefore ?? 0);

    /// <summary>One stay of a task in the queue, in microseconds since 1970.</summary>
    private sealed record Wait(StoreEvent Change, long From, long Until, bool Placed)
    {
        public string TaskId => Change.TaskId;

        public int Priority => Change.Priority;

        public long SubmittedAt => Change.SubmittedAt;

        public (string, int, long, string?) Shape => (Change.TaskType, Change.GpuCount, Change.MemoryBytes, Change.GpuType);
    }
}
