namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>An attempt that is to keep a checkpoint and end, so that another task can start or its node be closed.</summary>
/// <param name="For">The id of the other task, or <see cref="ForDrain"/>.</param>
[GenerateSerializer, Immutable, Alias("aurora.leaving-attempt")]
public readonly record struct LeavingAttempt(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string For)
{
    /// <summary>No task: the time of a drained node is over.</summary>
    public const string ForDrain = "drain";
}
