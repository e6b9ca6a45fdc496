namespace Aurora.Scheduling.Lifecycle;

/// <summary>How long a node may be quiet.</summary>
public sealed record NodeLeaseSettings
{
    /// <summary>
    /// Quiet for this long, a node takes no new work. Default: 45 s, half as much again as the 30 s that a client may
    /// leave between two pings.
    /// </summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Quiet for this long, a node is lost; above <see cref="SilentAfter"/>. Default: 75 s, two pings missed.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        if (SilentAfter <= TimeSpan.Zero || SilentAfter >= LeaseDuration)
        {
            throw new ArgumentException(
                $"{nameof(SilentAfter)} is {SilentAfter}; it must be above 0 and below {nameof(LeaseDuration)}, {LeaseDuration}.");
        }
    }
}
