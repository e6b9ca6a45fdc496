namespace Aurora.Client.Abstractions.Views;

/// <summary>The totals of the mesh; nodes and GPUs count where the node is active.</summary>
/// <param name="Coordinator">The name of the gateway's machine; null where no gateway was asked.</param>
/// <param name="TotalVram">GPU memory in whole GB.</param>
/// <param name="ActiveTasks">Tasks that hold a place on a node.</param>
public sealed record MeshStatus(
    string? Coordinator, int TotalNodes, int TotalGpus, long TotalVram, long ActiveTasks, long QueuedTasks, long CompletedTasks);
