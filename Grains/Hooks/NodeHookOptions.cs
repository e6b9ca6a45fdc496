namespace Aurora.Grains.Hooks;

/// <summary>Programs of the operator that change which machines there are.</summary>
public sealed class NodeHookOptions
{
    /// <summary>
    /// The program that wakes an owned node; it is given the node's id and the value of the node's label <see cref="WakeLabel"/>. Default: none, and
    /// nothing is woken.
    /// </summary>
    public string? Wake { get; set; }

    /// <summary>The program that gives a rented node back; it is given the node's id. Default: none, and idle nodes are only reported.</summary>
    public string? Release { get; set; }

    /// <summary>How long a rented node is idle until its release is advised; at least 0. Default: 15 min.</summary>
    public TimeSpan ReleaseAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a program may run until it is ended and counts as failed; above 0. Default: 1 min.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Only nodes with this label are woken: a machine that is gone for good has nobody waiting for it.</summary>
    public const string WakeLabel = "wake";
}
