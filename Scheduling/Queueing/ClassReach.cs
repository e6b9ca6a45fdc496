namespace Aurora.Scheduling.Queueing;

/// <summary>How much memory per GPU a task of a class may need and surely be placed.</summary>
internal sealed class ClassReach
{
    /// <summary>True while a task of the class waits that was never tried on every node.</summary>
    public bool Untried { get; set; }

    /// <summary>Largest placeable need in bytes per GPU; -1 when nothing of the class fits.</summary>
    public long Bytes { get; set; } = -1;

    /// <summary>The node that gives <see cref="Bytes"/>; -1 for none.</summary>
    public int Node { get; set; } = -1;

    /// <summary>The generation of freed capacity that it was computed for; -1 asks for a new computation.</summary>
    public long Generation { get; set; } = -1;
}
