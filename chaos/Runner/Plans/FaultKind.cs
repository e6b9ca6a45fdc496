namespace Aurora.Chaos.Runner.Plans;

/// <summary>What the nemesis can do.</summary>
internal enum FaultKind
{
    KillSilo,
    FreezeSilo,
    StopSilo,
    KillAllSilos,
    CutSilo,
    CutSilos,
    CutDatabase,
    KillGateway,
    StopGateway,
    FreezeGateway,
    KillAllGateways,
    KillAgent,
    FreezeAgent,
    CutAgent,
    DisturbAgents,
    ReconnectAgents,
    KillRealAgent,
    FreezeRealAgent,
    DoubleRealAgent,
    KillDatabase,
    FreezeDatabase,
    FillDisk,
    FailOver,
    FreezeAllGateways,
    FlapAgent,
    SpoilAgent,
}

/// <summary>One fault of a plan.</summary>
/// <param name="At">From the start of the load.</param>
/// <param name="Lasts">From its injection to the restart, the thaw or the heal.</param>
/// <param name="Pick">Chooses among the possible targets: this number modulo how many there are.</param>
internal sealed record PlannedFault(int Id, FaultKind Kind, TimeSpan At, TimeSpan Lasts, int Pick)
{
    /// <summary>Whether it is a fault of simulated nodes or of their links.</summary>
    public bool IsOfNodes => Kind is FaultKind.KillAgent or FaultKind.FreezeAgent or FaultKind.CutAgent or FaultKind.DisturbAgents or FaultKind.ReconnectAgents
        or FaultKind.FlapAgent or FaultKind.SpoilAgent;

    /// <summary>The kind as the nemesis's log writes it, e.g. <c>kill-silo</c>.</summary>
    public string Name => string.Concat(Kind.ToString().Select((letter, index) =>
        char.IsAsciiLetterUpper(letter) ? (index > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
