namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>One try at a task. The attempt number is the task's fencing token: it only grows.</summary>
[GenerateSerializer, Immutable, Alias("aurora.attempt-id")]
public readonly record struct AttemptId(
    [property: Id(0)] string TaskId,
    [property: Id(1)] int Attempt);
