namespace Aurora.Chaos.Runner.Plans;

/// <summary>What stands behind the silos.</summary>
internal enum DatabaseKind
{
    /// <summary>One server.</summary>
    One,

    /// <summary>One server whose data are on a small disk of their own, a tmpfs: needs the right to mount one.</summary>
    SmallDisk,

    /// <summary>A primary, and a standby that has what the primary has answered.</summary>
    SynchronousPair,

    /// <summary>A primary, and a standby that follows as it can: what was accepted last is lost with the primary.</summary>
    AsynchronousPair,
}
