namespace Aurora.Scheduling.Queueing;

/// <summary>Waiting tasks of one type and priority.</summary>
/// <param name="OldestSubmittedAt">The earliest submission among them.</param>
public readonly record struct WaitingCount(string TaskType, int Priority, int Count, DateTimeOffset OldestSubmittedAt);
