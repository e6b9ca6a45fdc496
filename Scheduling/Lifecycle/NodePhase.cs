namespace Aurora.Scheduling.Lifecycle;

/// <summary>Where a registration of a node is in its life.</summary>
public enum NodePhase
{
    /// <summary>It has registered and given no further sign of life. It takes work.</summary>
    Joined,

    /// <summary>It gives signs of life. It takes work.</summary>
    Active,

    /// <summary>It has been quiet for a while. It keeps what it runs and takes nothing new.</summary>
    Silent,

    /// <summary>Its lease expired or its connection ended. What it ran goes back in line; it has to join again.</summary>
    Lost,
}

/// <summary>What can happen to a node.</summary>
public enum NodeEvent
{
    /// <summary>It registers, for the first time or again.</summary>
    Registered,

    /// <summary>It gives a sign of life.</summary>
    Seen,

    /// <summary>It has been quiet for <see cref="NodeLeaseSettings.SilentAfter"/>.</summary>
    WentSilent,

    /// <summary>It has been quiet for <see cref="NodeLeaseSettings.LeaseDuration"/>.</summary>
    LeaseExpired,

    /// <summary>Its connection ended.</summary>
    Disconnected,
}
