namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>An attempt that is preempted: it keeps a checkpoint and ends, so that another task can start.</summary>
/// <param name="For">The id of the other task.</param>
[GenerateSerializer, Immutable, Alias("aurora.leaving-attempt")]
public readonly record struct LeavingAttempt(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string For);
