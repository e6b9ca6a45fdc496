namespace Aurora.Scheduling.Model;

/// <summary>An attempt of another pool on a node that serves several.</summary>
/// <param name="Gpus">Indexes of the node's GPUs.</param>
/// <param name="Shape">What it holds there.</param>
public sealed record ForeignAttempt(string TaskId, int Attempt, IReadOnlyList<int> Gpus, TaskShape Shape);
