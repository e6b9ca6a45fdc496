namespace Aurora.Client.Abstractions.Testing;

/// <content>Its limits in time. A timer that is late for its occasion finds nothing to do.</content>
internal sealed partial class InMemoryTask
{
    // The longest that a timer of the system takes is below 50 days.
    private static readonly TimeSpan TimerMax = TimeSpan.FromDays(49);

    private ITimer? waits;
    private ITimer? late;
    private ITimer? runs;
    private ITimer? progresses;

    /// <summary>From now on it may start, for as long as its queue timeout says.</summary>
    public void Wait()
    {
        lock (gate)
        {
            if (view is { Status: MeshTaskStatus.Queued } && waits is null && Controls.Queue is { } limit)
            {
                var from = view.Attempt;
                waits = After(limit, () =>
                {
                    if (View.Attempt == from)
                    {
                        Abandon($"it waited for longer than its queue timeout of {Text(limit)}");
                    }
                });
            }
        }
    }

    private void WatchDeadline()
    {
        if (Controls.LatestStart is { } latest)
        {
            late = After(latest - time.GetUtcNow(), () =>
            {
                if (View.Status is MeshTaskStatus.Queued)
                {
                    Tell("task.late", detail: "it can no longer meet its deadline");
                    if (Controls.FailsLate)
                    {
                        Abandon("it can no longer meet its deadline");
                    }
                }
            });
        }
    }

    private void WatchAttempt(int attempt)
    {
        runs?.Dispose();
        runs = Controls.Run is { } limit ? After(limit, () => Fail(attempt, "timeout", $"it ran for longer than its run timeout of {Text(limit)}")) : null;
        WatchProgress(attempt);
    }

    private void WatchProgress(int attempt)
    {
        progresses?.Dispose();
        progresses = Controls.Progress is { } limit
            ? After(limit, () => Fail(attempt, "timeout", $"it put nothing out for longer than its progress timeout of {Text(limit)}"))
            : null;
    }

    private ITimer After(TimeSpan due, Action act) => time.CreateTimer(
        _ => act(), null, due < TimeSpan.Zero ? TimeSpan.Zero : due > TimerMax ? TimerMax : due, Timeout.InfiniteTimeSpan);
}
