namespace Aurora.Scheduling.Queueing;

/// <summary>A task that another one comes after.</summary>
/// <param name="AnyEnd">Whether any end of it will do; otherwise it must complete.</param>
public readonly record struct Prerequisite(string TaskId, bool AnyEnd);
