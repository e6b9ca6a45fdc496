namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>
/// <c>on_disconnect: kill</c>, as both ends count it: a node ends such an attempt when it has heard nothing of the mesh for
/// <see cref="Patience"/>, and the mesh gives it to another node only when that has surely happened.
/// </summary>
public static class DisconnectLease
{
    /// <summary>The member of a task, and of a node's facts, that chooses.</summary>
    public const string Member = "on_disconnect";

    /// <summary>The value that ends attempts with the connection.</summary>
    public const string Kill = "kill";

    /// <summary>The fact by which a node tells how many seconds a script that is asked to end is given.</summary>
    public const string StopGraceFact = "stop_grace_s";

    /// <summary>
    /// How long a node may hear nothing of the mesh, by its own monotonic clock and from when it asked, not from when it was answered.
    /// Longer than the loss of a silo is felt, so that one does not end its work.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>An answer that comes later than this after its question does not renew the lease that supervisors watch.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    /// <summary>How long a process may take to end when its node tells nothing else.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    // The supervisor looks now and then, and a process that is killed takes a moment to be gone.
    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(2);

    /// <summary>After how long without a sign of life an attempt has surely ended on its node.</summary>
    public static TimeSpan EndedAfter(TimeSpan stopGrace) => Patience + AnswerMax + Looking + (stopGrace > StopGrace ? stopGrace : StopGrace);
}
