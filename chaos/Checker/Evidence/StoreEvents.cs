namespace Aurora.Chaos.Checker.Evidence;

/// <summary>Phases as the tasks table numbers them.</summary>
public enum StoredPhase
{
    Queued = 0,
    Assigned = 1,
    Running = 2,
    Completed = 3,
    Failed = 4,
    Cancelled = 5,
}

/// <summary>One committed change of a task's row, noted by a trigger in the same transaction.</summary>
public sealed record StoreEvent
{
    /// <summary>Order of the changes; the changes of one row are in the order of their commits.</summary>
    public required long Seq { get; init; }

    /// <summary>Wall clock of the database, in microseconds since 1970.</summary>
    public required long At { get; init; }

    public required string TaskId { get; init; }

    public required StoredPhase Phase { get; init; }

    public required int Attempt { get; init; }

    public string? NodeId { get; init; }

    public long NodeEpoch { get; init; }

    public int[] Gpus { get; init; } = [];

    public int GpuCount { get; init; }

    /// <summary>Memory over all of the task's GPUs, in bytes.</summary>
    public long MemoryBytes { get; init; }

    public string? GpuType { get; init; }

    public string TaskType { get; init; } = "";

    public int Priority { get; init; }

    /// <summary>In microseconds since 1970.</summary>
    public long SubmittedAt { get; init; }

    /// <summary>When a task that failed or was lost may start again, in microseconds since 1970; null for at once.</summary>
    public long? NotBefore { get; init; }

    /// <summary>Who the task runs on, by rank; null for a task of one node.</summary>
    public StoredMember[]? Members { get; init; }

    /// <summary>A bit for each rank that has not ended well.</summary>
    public long MembersOpen { get; init; }

    /// <summary>The process that wrote it, by the name of its database connection.</summary>
    public string Writer { get; init; } = "";

    /// <summary>Memory on each of its GPUs, in bytes.</summary>
    public long BytesPerGpu => GpuCount == 0 ? 0 : MemoryBytes / GpuCount;

    /// <summary>Whether the row holds a place on a node.</summary>
    public bool HoldsPlace => Phase is StoredPhase.Assigned or StoredPhase.Running;

    /// <summary>Whether nothing may follow.</summary>
    public bool HasEnded => Phase is StoredPhase.Completed or StoredPhase.Failed or StoredPhase.Cancelled;

    /// <summary>The nodes where it holds a place, each with its GPUs.</summary>
    public IEnumerable<(string Node, int[] Gpus)> Places() => !HoldsPlace || NodeId is null ? []
        : Members is null ? [(NodeId, Gpus)]
        : Members.Where((_, rank) => (MembersOpen & (1L << rank)) != 0).Select(member => (member.Node, member.Gpus));
}

/// <summary>One node of a task of several.</summary>
/// <param name="Epoch">The node's registration.</param>
public sealed record StoredMember(string Node, long Epoch, int[] Gpus);

/// <summary>One committed change of a scheduler's epoch, in the same order of changes.</summary>
public sealed record EpochEvent(long Seq, long At, string Pool, long Epoch, string Writer);

/// <summary>A task's row after the run.</summary>
public sealed record StoredTask
{
    public required string TaskId { get; init; }

    /// <summary>The key that the client put into the task's body; null for a task that no client of the run sent.</summary>
    public string? Key { get; init; }

    /// <summary>How many nodes the client asked for.</summary>
    public int Nodes { get; init; } = 1;

    public required StoredPhase Phase { get; init; }

    public required int Attempt { get; init; }

    public string? NodeId { get; init; }

    public long NodeEpoch { get; init; }

    /// <summary>Digest of the stored result's data, computed when the table was read.</summary>
    public string? ResultDigest { get; init; }

    /// <summary>The attempt that the result says it is of.</summary>
    public int? ResultAttempt { get; init; }

    /// <summary>The node that the result says it is of.</summary>
    public string? ResultNode { get; init; }

    public string? Error { get; init; }
}
