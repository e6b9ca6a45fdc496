namespace Aurora.Scheduling.QueuePolicy;

/// <summary>GPUs of one node that a task holds.</summary>
/// <param name="Node">The node's number.</param>
/// <param name="Gpus">How many of its GPUs, at least 1.</param>
public readonly record struct GpuShare(int Node, int Gpus);
