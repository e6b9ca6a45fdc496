namespace Aurora.Chaos.Checker.Evidence;

/// <summary>What a run set out to do, written before its first fault, and completed when it ends.</summary>
public sealed record Manifest
{
    /// <summary>The seed that every choice of the run comes from.</summary>
    public required long Seed { get; init; }

    /// <summary>The experiment or profile, e.g. <c>short</c> or <c>E2</c>.</summary>
    public required string Profile { get; init; }

    /// <summary>The commit of the product under test; empty when it is not known.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Faults that the plan asked for.</summary>
    public required int FaultsPlanned { get; init; }

    /// <summary>Whether a run without a single unknown outcome proves nothing.</summary>
    public bool UnknownsRequired { get; init; }

    /// <summary>Whether the product answered one idempotency key twice with one task, asked before the first fault.</summary>
    public bool KeysHonoured { get; init; }

    /// <summary>The monotonic clock at one moment of the run, in nanoseconds.</summary>
    public required long MonotonicNs { get; init; }

    /// <summary>The wall clock at the same moment, in microseconds since 1970.</summary>
    public required long WallMicros { get; init; }

    /// <summary>The longest that a task may wait for its first place, in seconds.</summary>
    public double WaitSecondsMax { get; init; } = 600;

    /// <summary>How long after a fault has ended the mesh may still act because of it, in seconds.</summary>
    public double AftermathSeconds { get; init; } = 30;

    /// <summary>The wait that counts as much as one priority level, in seconds.</summary>
    public double AgingStepSeconds { get; init; } = 600;

    /// <summary>The longest recovery allowed, in seconds, by kind of fault; a kind that is not named is reported and not judged.</summary>
    public Dictionary<string, double> RecoverySecondsMax { get; init; } = [];

    /// <summary>What the run's nodes have, by id.</summary>
    public Dictionary<string, NodeCapacity> Nodes { get; init; } = [];

    /// <summary>A database time on the monotonic clock, in nanoseconds.</summary>
    public long ToMonotonic(long wallMicros) => MonotonicNs + ((wallMicros - WallMicros) * 1000);
}

/// <summary>What a node can hold.</summary>
/// <param name="GpuBytes">Memory of each GPU, in bytes.</param>
/// <param name="MaxParallel">Attempts at once.</param>
public sealed record NodeCapacity(long[] GpuBytes, int MaxParallel);
