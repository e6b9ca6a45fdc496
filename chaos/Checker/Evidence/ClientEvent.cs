namespace Aurora.Chaos.Checker.Evidence;

/// <summary>How far one request of a client has come.</summary>
public enum ClientStep
{
    /// <summary>It is about to be sent.</summary>
    Invoke,

    /// <summary>It was answered with a success.</summary>
    Ok,

    /// <summary>It certainly had no effect.</summary>
    Fail,

    /// <summary>It may have had its effect, or may still have it.</summary>
    Info,
}

/// <summary>What a client asked for.</summary>
public enum ClientCall
{
    /// <summary>Submit one task.</summary>
    Submit,

    /// <summary>Read one task.</summary>
    Read,

    /// <summary>Cancel one task.</summary>
    Cancel,
}

/// <summary>One line of a client's history.</summary>
public sealed record ClientEvent
{
    /// <summary>Monotonic clock, in nanoseconds.</summary>
    public required long At { get; init; }

    /// <summary>The client: one that waits for an answer before it asks again.</summary>
    public required string Client { get; init; }

    /// <summary>The request; each has one <see cref="ClientStep.Invoke"/> and at most one line after it.</summary>
    public required long Op { get; init; }

    public required ClientStep Step { get; init; }

    public required ClientCall Call { get; init; }

    /// <summary>The idempotency key of a submit; a repeat carries the same.</summary>
    public string? Key { get; init; }

    /// <summary>The task that was asked about, or that a submit was answered with.</summary>
    public string? Task { get; init; }

    /// <summary>The task's status in the answer; null when the answer was that there is none.</summary>
    public string? Phase { get; init; }

    public int? Attempt { get; init; }

    /// <summary>Digest of the result's data, as computed from the answer.</summary>
    public string? Digest { get; init; }

    /// <summary>The HTTP status, where there was an answer.</summary>
    public int? Status { get; init; }

    /// <summary>Where it was sent, and what went wrong.</summary>
    public string? Detail { get; init; }
}
