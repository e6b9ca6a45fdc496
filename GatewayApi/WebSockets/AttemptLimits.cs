using System.Globalization;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// How long the attempts of one socket may run and be silent. A node that knows attempts holds them to it itself; for an old one
/// this does, and for any other it is what happens a minute later.
/// </summary>
internal sealed class AttemptLimits(TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<AttemptId, Clock> _running = [];
    private readonly HashSet<AttemptId> _ended = [];

    /// <summary>The node gets an attempt. An old one starts it at once, as far as anybody can tell.</summary>
    /// <param name="enforces">Whether the node enforces the limits itself.</param>
    /// <param name="speaks">Whether it can put anything out before the end.</param>
    public void Add(AttemptAssignment assignment, bool enforces, bool speaks)
    {
        if (assignment.Controls?.Timeouts is not { } timeouts || timeouts is { RunS: null, ProgressS: null })
        {
            return;
        }

        lock (_lock)
        {
            var now = time.GetTimestamp();
            var grace = enforces ? Grace : TimeSpan.Zero;
            _running[assignment.Id] = new Clock(timeouts.RunS, enforces && !speaks ? null : timeouts.ProgressS, grace, now, now);
        }
    }

    /// <summary>The attempt begins now.</summary>
    public void Start(AttemptId attempt, TimeSpan ago) => Change(attempt, clock => clock with
    {
        StartedAt = time.GetTimestamp() - (long)(ago.TotalSeconds * time.TimestampFrequency),
        HeardAt = time.GetTimestamp(),
    });

    /// <summary>The attempt put something out.</summary>
    public void Hear(AttemptId attempt) => Change(attempt, clock => clock with { HeardAt = time.GetTimestamp() });

    /// <summary>
    /// The attempt's end is settled. False for the first end of an attempt that was ended here: the node says it once more, and
    /// must not be taken to speak of a later attempt.
    /// </summary>
    public bool TrySettle(AttemptId attempt)
    {
        lock (_lock)
        {
            _running.Remove(attempt);
            return !_ended.Remove(attempt);
        }
    }

    /// <summary>Nobody waits for the attempt any more.</summary>
    public void Remove(AttemptId attempt)
    {
        lock (_lock)
        {
            _running.Remove(attempt);
        }
    }

    /// <summary>The attempts that took too long, each once, as the mesh is told of them.</summary>
    public IReadOnlyList<AttemptReport> TakeOverdue()
    {
        lock (_lock)
        {
            var overdue = new List<AttemptReport>();
            foreach (var (attempt, clock) in _running)
            {
                var ran = time.GetElapsedTime(clock.StartedAt);
                if (ReasonFor(clock, ran) is { } reason)
                {
                    overdue.Add(new AttemptReport(attempt.TaskId, attempt.Attempt, AttemptReportKind.Failed, ran, Result: null, reason)
                    {
                        Failure = AttemptFailureKind.Timeout,
                    });
                }
            }

            foreach (var report in overdue)
            {
                var attempt = new AttemptId(report.TaskId, report.Attempt);
                _running.Remove(attempt);
                _ended.Add(attempt);
            }

            return overdue;
        }
    }

    private string? ReasonFor(Clock clock, TimeSpan ran) =>
        IsOver(clock.RunS, ran, clock.Grace)
            ? string.Create(CultureInfo.InvariantCulture, $"it ran for longer than its run timeout of {clock.RunS:0.###} s")
        : IsOver(clock.ProgressS, time.GetElapsedTime(clock.HeardAt), clock.Grace)
            ? string.Create(CultureInfo.InvariantCulture, $"it put nothing out for longer than its progress timeout of {clock.ProgressS:0.###} s")
        : null;

    private static bool IsOver(double? seconds, TimeSpan passed, TimeSpan grace) => seconds is { } limit && passed >= TimeSpan.FromSeconds(limit) + grace;

    private void Change(AttemptId attempt, Func<Clock, Clock> change)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(attempt, out var clock))
            {
                _running[attempt] = change(clock);
            }
        }
    }

    private readonly record struct Clock(double? RunS, double? ProgressS, TimeSpan Grace, long StartedAt, long HeardAt);
}
