namespace Aurora.Scheduling.QueuePolicy;

/// <summary>A task that starts, and where.</summary>
public readonly record struct QueueStart(QueuedTask Task, IReadOnlyList<GpuShare> Place);
