using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Storage;

/// <summary>A task as stored. Times have microsecond precision.</summary>
public sealed record TaskRow
{
    /// <summary>The pool of a task that names none.</summary>
    public const string DefaultPool = "default";

    /// <summary>Whose a task is that names no tenant.</summary>
    public const string DefaultTenant = "default";

    public required string TaskId { get; init; }

    public required string TaskType { get; init; }

    /// <summary>0 to 10.</summary>
    public required int Priority { get; init; }

    public required TaskPhase Phase { get; init; }

    /// <summary>Attempts made so far; the current one while it is assigned or running.</summary>
    public int Attempt { get; init; }

    /// <summary>The node of the current or the last attempt.</summary>
    public string? NodeId { get; init; }

    public long NodeEpoch { get; init; }

    /// <summary>GPU indexes of the current or the last attempt.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [];

    /// <summary>The members of the current or the last attempt of a gang, by rank; the node and the GPUs above are those of rank 0. Null for a task of one node.</summary>
    public IReadOnlyList<GangMember>? Members { get; init; }

    public required int GpuCount { get; init; }

    /// <summary>GPU memory in bytes over all of the task's GPUs.</summary>
    public required long MemoryBytes { get; init; }

    public string? GpuType { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>JSON text, stored as sent. Null in listings that leave it out.</summary>
    public string? Requirements { get; init; }

    /// <summary>JSON text, stored as sent. Null in listings that leave it out.</summary>
    public string? Payload { get; init; }

    /// <summary>JSON text.</summary>
    public string? Result { get; init; }

    /// <summary>Why it failed or was cancelled; while it waits for another attempt, why the last one failed.</summary>
    public string? Error { get; init; }

    public RetryState Retry { get; init; } = RetryState.Fresh;

    /// <summary>When the next attempt may start, while a retry waits.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What the task says beyond its needs (limits in time, what it comes after, labels, …) as JSON text; null for nothing.</summary>
    public string? Controls { get; init; }

    /// <summary>When its webhook is called next, once it ended; null without one, and when that is done. Null in listings that leave it out.</summary>
    public DateTimeOffset? WebhookDue { get; init; }

    /// <summary>How often its webhook was called.</summary>
    public int WebhookAttempts { get; init; }

    /// <summary>Why the last call of its webhook failed.</summary>
    public string? WebhookError { get; init; }

    /// <summary>The pool whose scheduler places it; never changes.</summary>
    public string Pool { get; init; } = DefaultPool;

    /// <summary>What its attempts so far cost, as far as their nodes tell a price; in the money of the nodes' prices.</summary>
    public double Cost { get; init; }

    /// <summary>GPU seconds that its ended attempts occupied, those of an attempt without a GPU counted as of one.</summary>
    public double AttainedGpuSeconds { get; init; }

    /// <summary>Of the request that submitted it under an idempotency key; null without one.</summary>
    public string? RequestHash { get; init; }
}
