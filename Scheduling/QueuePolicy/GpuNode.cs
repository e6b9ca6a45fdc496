namespace Aurora.Scheduling.QueuePolicy;

/// <summary>A node as the queue policy sees it; its number is its index in the list of nodes.</summary>
/// <param name="Type">Number of its GPU type.</param>
/// <param name="Gpus">How many GPUs it has, at least 1.</param>
public readonly record struct GpuNode(int Type, int Gpus);
