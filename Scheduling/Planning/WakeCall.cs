namespace Aurora.Scheduling.Planning;

/// <summary>An owned node that is to be woken.</summary>
/// <param name="ForTask">The first of the waiting tasks that it could run.</param>
public sealed record WakeCall(string NodeId, string ForTask);
