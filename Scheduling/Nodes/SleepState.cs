namespace Aurora.Scheduling.Nodes;

/// <summary>An owned node that is asleep and can be woken.</summary>
internal sealed class SleepState
{
    /// <summary>When it was called; null while nobody has, or since it did not come.</summary>
    public DateTimeOffset? CalledAt { get; set; }

    /// <summary>When it may be called again after it did not come; null for at once.</summary>
    public DateTimeOffset? LeftAloneUntil { get; set; }
}
