namespace Aurora.Chaos.Checker.Evidence;

/// <summary>How far a fault has come.</summary>
public enum FaultStep
{
    /// <summary>It is being injected.</summary>
    Begin,

    /// <summary>It bit: the effect was seen from outside.</summary>
    Hit,

    /// <summary>It had no effect, or could not be injected.</summary>
    Miss,

    /// <summary>What it took away is given back.</summary>
    End,
}

/// <summary>One line of the nemesis's log.</summary>
public sealed record FaultEvent
{
    /// <summary>Monotonic clock, in nanoseconds.</summary>
    public required long At { get; init; }

    public required int Fault { get; init; }

    /// <summary>For example <c>kill-silo</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is done to.</summary>
    public required string Target { get; init; }

    public required FaultStep Step { get; init; }

    /// <summary>Nodes whose work it may disturb.</summary>
    public string[] Nodes { get; init; } = [];

    public string? Detail { get; init; }
}
