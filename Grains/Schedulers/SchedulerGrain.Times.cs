using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>What waits goes by this activation's own time, and what is stored by the clock: the ways from one to the other.</summary>
internal sealed partial class SchedulerGrain
{
    // From a commit to its being heard of here, on a machine that is busy.
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(2);

    private DateTimeOffset lastSubmittedAt;
    private DateTimeOffset lastStoredAt;

    /// <summary>Now in microseconds, strictly growing, so that equal priorities leave the queue in the order of submission.</summary>
    private DateTimeOffset NextSubmittedAt()
    {
        var now = time.GetUtcNow();
        now = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        var floor = lastSubmittedAt.AddTicks(TimeSpan.TicksPerMicrosecond);
        return lastSubmittedAt = now > floor ? now : floor;
    }

    /// <summary>The same by the clock, and growing too: the next scheduler goes by it.</summary>
    private DateTimeOffset StoredAt(DateTimeOffset submittedAt)
    {
        var at = time.ToClock(submittedAt);
        var floor = lastStoredAt.AddTicks(TimeSpan.TicksPerMicrosecond);
        return lastStoredAt = at > floor ? at : floor;
    }

    /// <summary>A new task. The deadline that it names is the clock's, as it is now.</summary>
    private PendingTask ToPending(NewTask task, DateTimeOffset submittedAt, bool countsContext = false)
    {
        var pending = task.ToPending(submittedAt, countsContext);
        return task.Spec.Controls?.Deadline is null ? pending : pending with { Deadline = time.FromClock(pending.Deadline!.Value) };
    }

    /// <summary>A task whose times are the clock's, as it was stored.</summary>
    private PendingTask ByOwnTime(PendingTask stored) => time.FromClock(stored.SubmittedAt) is var submittedAt && submittedAt == stored.SubmittedAt
        ? stored
        : stored with { SubmittedAt = submittedAt, Deadline = stored.Deadline is { } deadline ? time.FromClock(deadline) : null };

    /// <summary>How long the task waits for its next attempt; null when it gets none. A silo of an earlier release says until when by its own clock.</summary>
    private TimeSpan? DelayOf(AttemptEnd end) => end.RetryAfter ?? (end.RetryAt - clock.GetUtcNow());

    /// <summary>
    /// When a delay between attempts is over of which this grain hears now. It began with the end of the attempt, a moment ago: the stored time
    /// tells when, as far as that is the length of such a moment. What other clocks say otherwise counts for nothing.
    /// </summary>
    /// <param name="delay">How long it is; no delay is taken for longer than the longest.</param>
    /// <param name="notBefore">When it is over by the clock; null where nobody says.</param>
    private DateTimeOffset DueAfter(TimeSpan delay, DateTimeOffset? notBefore)
    {
        var latest = time.GetUtcNow()
            + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay > RetryPolicy.LastBound ? RetryPolicy.LastBound : delay);
        return notBefore is { } stored && time.FromClock(stored) is var due && due < latest && latest - due < HeardWithin ? due : latest;
    }
}
