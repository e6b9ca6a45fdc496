using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Agent;

/// <summary>
/// The attempts that this node runs, or has finished and not yet seen acknowledged. An attempt is started once however often
/// it is ordered; a report stays until the mesh has answered it. Thread-safe, and never calls out.
/// </summary>
internal sealed class AttemptTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TrackedAttempt> attempts = new(StringComparer.Ordinal);
    private readonly Queue<AttemptReport> reports = new();
    private readonly Dictionary<string, int> past = new(StringComparer.Ordinal);
    private readonly Queue<AttemptId> pastOrder = new();

    /// <summary>Takes the attempt up; null when it is or was known, or an attempt at the same task is newer.</summary>
    /// <param name="superseded">An older attempt at the same task, which has to be stopped.</param>
    public TrackedAttempt? TryAdd(AttemptAssignment assignment, long startedAt, out TrackedAttempt? superseded)
    {
        lock (gate)
        {
            if ((attempts.TryGetValue(assignment.TaskId, out superseded) && superseded.Assignment.Attempt >= assignment.Attempt)
                || IsPast(assignment.Id))
            {
                superseded = null;
                return null;
            }

            if (superseded is not null)
            {
                Pass(superseded.Assignment.Id);
            }

            return attempts[assignment.TaskId] = new TrackedAttempt(assignment, startedAt);
        }
    }

    /// <summary>Forgets an attempt, and drops its report if one waits; null when it is not known.</summary>
    public TrackedAttempt? Remove(AttemptId id)
    {
        lock (gate)
        {
            if (!attempts.TryGetValue(id.TaskId, out var attempt) || attempt.Assignment.Attempt != id.Attempt)
            {
                return null;
            }

            attempts.Remove(id.TaskId);
            Pass(id);
            return attempt;
        }
    }

    /// <summary>Notes attempts of an earlier process that must not start again.</summary>
    public void AddPast(IReadOnlyList<AttemptId> ids)
    {
        lock (gate)
        {
            foreach (var id in ids)
            {
                Pass(id);
            }
        }
    }

    /// <summary>Whether the attempt was here and is no more: an order to start it shows that the mesh has missed its end.</summary>
    public bool WasHere(AttemptId id)
    {
        lock (gate)
        {
            return !attempts.ContainsKey(id.TaskId) && IsPast(id);
        }
    }

    /// <summary>Queues the report of an attempt that ended; false when the attempt was stopped meanwhile.</summary>
    public bool Finish(AttemptReport report)
    {
        lock (gate)
        {
            if (!IsCurrent(report))
            {
                return false;
            }

            attempts[report.TaskId].HasEnded = true;
            reports.Enqueue(report);
            return true;
        }
    }

    /// <summary>Queues "started" reports for attempts that run since before <paramref name="startedBefore"/> and were not reported.</summary>
    public bool ReportStarted(long startedBefore, Func<TrackedAttempt, AttemptReport> report)
    {
        lock (gate)
        {
            var any = false;
            foreach (var attempt in attempts.Values)
            {
                if (attempt is { HasEnded: false, StartReported: false } && attempt.StartedAt <= startedBefore)
                {
                    attempt.StartReported = any = true;
                    reports.Enqueue(report(attempt));
                }
            }

            return any;
        }
    }

    /// <summary>
    /// Takes up to <paramref name="limit"/> reports, and no more than travel in one call, oldest first, leaving out those of attempts stopped
    /// meanwhile.
    /// </summary>
    /// <param name="age">How long ago a timestamp was; a report that waited says how long ago the attempt started by now.</param>
    public AttemptReport[] TakeReports(int limit, Func<long, TimeSpan>? age = null)
    {
        lock (gate)
        {
            var taken = new List<AttemptReport>(Math.Min(limit, reports.Count));
            var characters = 0L;
            while (taken.Count < limit && reports.TryPeek(out var report))
            {
                characters += report.Result?.Length ?? 0;
                if (taken.Count > 0 && characters > CallSize.CharactersMax)
                {
                    break;
                }

                reports.Dequeue();
                if (IsCurrent(report))
                {
                    taken.Add(age is null ? report : report with { StartedAgo = age(attempts[report.TaskId].StartedAt) });
                }
            }

            return [.. taken];
        }
    }

    /// <summary>The mesh answered these reports: attempts that ended are forgotten, and returned.</summary>
    public IReadOnlyList<AttemptId> Acknowledge(AttemptReport[] answered)
    {
        lock (gate)
        {
            var forgotten = new List<AttemptId>(answered.Length);
            foreach (var report in answered)
            {
                if (report.Kind != AttemptReportKind.Started && IsCurrent(report))
                {
                    attempts.Remove(report.TaskId);
                    forgotten.Add(new AttemptId(report.TaskId, report.Attempt));
                    Pass(forgotten[^1]);
                }
            }

            return forgotten;
        }
    }

    /// <summary>The reports were not answered and wait again, behind those that came since.</summary>
    public void Return(AttemptReport[] unanswered)
    {
        lock (gate)
        {
            foreach (var report in unanswered)
            {
                reports.Enqueue(report);
            }
        }
    }

    /// <summary>The attempts that have not ended.</summary>
    public TrackedAttempt[] Running()
    {
        lock (gate)
        {
            return [.. attempts.Values.Where(attempt => !attempt.HasEnded)];
        }
    }

    /// <summary>Notes that an attempt was asked to leave; null when it is not known, has ended, or was asked before.</summary>
    public TrackedAttempt? Leave(LeavingAttempt leaving)
    {
        lock (gate)
        {
            if (!attempts.TryGetValue(leaving.Attempt.TaskId, out var attempt) || attempt.Assignment.Attempt != leaving.Attempt.Attempt
                || attempt is { HasEnded: true } or { LeavesFor: not null })
            {
                return null;
            }

            attempt.LeavesFor = leaving.For;
            return attempt;
        }
    }

    /// <summary>The attempts that were asked to leave and have not ended.</summary>
    public LeavingAttempt[] Leaving()
    {
        lock (gate)
        {
            return [.. attempts.Values.Where(attempt => attempt is { HasEnded: false, LeavesFor: not null })
                .Select(attempt => new LeavingAttempt(attempt.Assignment.Id, attempt.LeavesFor!))];
        }
    }

    /// <summary>Every attempt that is known: what a heartbeat and an inventory name.</summary>
    public AttemptId[] Snapshot()
    {
        lock (gate)
        {
            return [.. attempts.Values.Select(attempt => attempt.Assignment.Id)];
        }
    }

    private void Pass(AttemptId id)
    {
        past[id.TaskId] = Math.Max(id.Attempt, past.GetValueOrDefault(id.TaskId));
        pastOrder.Enqueue(id);
        if (pastOrder.Count > JournalContent.ClosedMax
            && pastOrder.Dequeue() is var oldest && past.TryGetValue(oldest.TaskId, out var attempt) && attempt == oldest.Attempt)
        {
            past.Remove(oldest.TaskId);
        }
    }

    private bool IsPast(AttemptId id) => past.TryGetValue(id.TaskId, out var attempt) && attempt >= id.Attempt;

    private bool IsCurrent(AttemptReport report) =>
        attempts.TryGetValue(report.TaskId, out var attempt) && attempt.Assignment.Attempt == report.Attempt;
}

/// <summary>One attempt that the node has taken up.</summary>
/// <param name="startedAt">Timestamp of the clock that the table's user measures with.</param>
internal sealed class TrackedAttempt(AttemptAssignment assignment, long startedAt)
{
    public AttemptAssignment Assignment { get; } = assignment;

    public long StartedAt { get; } = startedAt;

    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Whether it is stopped when the mesh is silent for too long.</summary>
    public bool EndsWithLease { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>The task for which it was asked to leave; null for one that stays.</summary>
    public string? LeavesFor { get; set; }

    public bool StartReported { get; set; }

    /// <summary>The W3C <c>traceparent</c> that its reports carry; null when it is not traced.</summary>
    public string? TraceParent { get; set; } = assignment.Controls?.TraceParent;
}
