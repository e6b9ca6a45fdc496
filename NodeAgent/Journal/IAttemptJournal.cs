using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Journal;

/// <summary>
/// What a node must still know after its process was killed: the attempts that it took up, and the results that the mesh has not
/// acknowledged. Thread-safe.
/// </summary>
internal interface IAttemptJournal : IDisposable
{
    /// <summary>What an earlier process of the node left. Called once, before anything else.</summary>
    JournalContent Recover();

    /// <summary>Notes attempts before they start; they are durable when the task ends.</summary>
    /// <exception cref="IOException">Nothing could be noted, e.g. because the disk is full; the attempts must not start.</exception>
    Task AcceptAsync(IReadOnlyList<JournaledAttempt> attempts);

    /// <summary>Keeps the last report of an attempt; it is durable when the task ends.</summary>
    /// <exception cref="IOException">It could not be written. Results that were kept before are not touched.</exception>
    Task KeepAsync(KeptResult result);

    /// <summary>The mesh acknowledged these attempts or does not want them any more; a repeated order of one is still known as such.</summary>
    void Forget(IReadOnlyList<AttemptId> attempts);

    /// <summary>The mesh answered a sign of life: supervisors whose agent is gone measure from here.</summary>
    void RenewLease();
}

/// <summary>An attempt that the node took up.</summary>
/// <param name="StartedAt">By the node's own clock.</param>
internal sealed record JournaledAttempt(AttemptId Id, string TaskType, DateTimeOffset StartedAt)
{
    /// <summary>How long it may take; null for as long as it takes.</summary>
    public TaskTimeouts? Timeouts { get; init; }
}

/// <summary>The last report of an attempt.</summary>
/// <param name="StartedAt">By the node's own clock; what the report's duration is counted from when it is sent late.</param>
internal sealed record KeptResult(AttemptReport Report, DateTimeOffset StartedAt);

/// <summary>What a journal holds when it is opened.</summary>
/// <param name="Open">Attempts that were taken up and neither ended nor forgotten.</param>
/// <param name="Results">Results that were not acknowledged, oldest first.</param>
/// <param name="Closed">The attempts that were forgotten last, oldest first.</param>
internal sealed record JournalContent(
    IReadOnlyList<JournaledAttempt> Open, IReadOnlyList<KeptResult> Results, IReadOnlyList<AttemptId> Closed)
{
    /// <summary>How many forgotten attempts a journal still names.</summary>
    public const int ClosedMax = 10_000;

    public static JournalContent Empty { get; } = new([], [], []);
}
