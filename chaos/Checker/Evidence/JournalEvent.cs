namespace Aurora.Chaos.Checker.Evidence;

/// <summary>What happened to a real execution on a node.</summary>
public enum JournalStep
{
    /// <summary>It began.</summary>
    Start,

    /// <summary>It came to its own end.</summary>
    End,

    /// <summary>It was stopped, or died with its node.</summary>
    Killed,
}

/// <summary>One line of a node's journal of executions, written by the executed work and not by the mesh.</summary>
public sealed record JournalEvent
{
    /// <summary>Monotonic clock, in nanoseconds.</summary>
    public required long At { get; init; }

    public required string Node { get; init; }

    public required JournalStep Step { get; init; }

    public required string Task { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Tells two executions of one attempt apart.</summary>
    public required string Run { get; init; }

    /// <summary>GPUs that it was told to use; null where the work does not know.</summary>
    public int[]? Gpus { get; init; }

    /// <summary>Memory that it was told to use on each, in bytes.</summary>
    public long BytesPerGpu { get; init; }

    /// <summary>Which member of a task of several nodes it was told to be, from 0; null for a task of one node.</summary>
    public int? Rank { get; init; }

    /// <summary>The nodes that it was told to be one of, by rank.</summary>
    public string[]? Members { get; init; }

    /// <summary>For an end: whether it succeeded.</summary>
    public bool? Succeeded { get; init; }

    /// <summary>For an end: digest of the data that it produced.</summary>
    public string? Digest { get; init; }
}
