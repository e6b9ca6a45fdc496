namespace Aurora.Chaos.Runner.Plans;

/// <summary>Everything that a run does, fixed before it starts.</summary>
internal sealed record RunPlan
{
    public required string Name { get; init; }

    public required int Seed { get; init; }

    public int Silos { get; init; } = 3;

    public int Gateways { get; init; } = 1;

    /// <summary>Simulated nodes.</summary>
    public int Agents { get; init; } = 100;

    /// <summary>Attempts that a simulated node runs at once.</summary>
    public int AgentSlots { get; init; } = 10;

    /// <summary>Node agents as processes, which run scripts.</summary>
    public int RealAgents { get; init; }

    public TimeSpan Load { get; init; } = TimeSpan.FromSeconds(60);

    public double TasksPerSecond { get; init; } = 33;

    /// <summary>Clients that each wait for an answer before they ask again.</summary>
    public int Clients { get; init; } = 24;

    /// <summary>The longest work of one task, in milliseconds; the shortest is 100.</summary>
    public int WorkMillisecondsMax { get; init; } = 5000;

    public required IReadOnlyList<PlannedFault> Faults { get; init; }

    /// <summary>How long after load and faults every task must have ended.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether a run without unknown outcomes proves nothing.</summary>
    public bool UnknownsRequired { get; init; }

    /// <summary>The longest recovery of submits by kind of fault, in seconds.</summary>
    public Dictionary<string, double> RecoverySecondsMax { get; init; } = [];
}
