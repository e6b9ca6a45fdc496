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

    /// <summary>How many of the tasks of simulated nodes ask for two to four nodes at once, as a share.</summary>
    public double GangShare { get; init; }

    /// <summary>How often each submit is sent at the same time under its key; with more than one, also once with another body.</summary>
    public int SubmitCopies { get; init; } = 1;

    /// <summary>How many of the accepted tasks are cancelled, as a share.</summary>
    public double CancelShare { get; init; } = 0.01;

    /// <summary>The longest between an accepted submit and its cancel, in milliseconds; the shortest is none.</summary>
    public int CancelWithinMilliseconds { get; init; }

    /// <summary>Whether every client waits for the result of its task before it goes on, whatever becomes of the gateway.</summary>
    public bool WaitForResults { get; init; }

    /// <summary>What stands behind the silos.</summary>
    public DatabaseKind Database { get; init; } = DatabaseKind.One;

    /// <summary>Whether each silo has a machine of its own, as far as the network goes; needs Linux and root.</summary>
    public bool Networks { get; init; }

    /// <summary>A built checkout of the release that silos, gateways and real agents are first started from; null for this one. Started again they are of this one.</summary>
    public string? From { get; init; }

    /// <summary>Whether simulated nodes know the stand-alone gateways only, and not those of the silos.</summary>
    public bool NodesBehindGateways { get; init; }

    /// <summary>Whether nothing may be executed again but what failed, whatever node a fault touched.</summary>
    public bool NoRerun { get; init; }

    /// <summary>How often one submit may be sent; null when it does not matter.</summary>
    public int? TriesMax { get; init; }

    /// <summary>The check that this run has to break, since what it does cannot keep the promise; null for a run that has to keep all.</summary>
    public string? MustBreak { get; init; }

    public required IReadOnlyList<PlannedFault> Faults { get; init; }

    /// <summary>How long after load and faults every task must have ended.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether a run without unknown outcomes proves nothing.</summary>
    public bool UnknownsRequired { get; init; }

    /// <summary>The longest recovery of submits by kind of fault, in seconds.</summary>
    public Dictionary<string, double> RecoverySecondsMax { get; init; } = [];
}
