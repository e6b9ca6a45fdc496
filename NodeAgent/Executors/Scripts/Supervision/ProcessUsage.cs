namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>What the processes of one run take at one moment.</summary>
/// <param name="Threads">Processes and their threads, as the kernel counts them against its limits.</param>
/// <param name="ResidentBytes">Memory; what processes share counts for each of them.</param>
internal readonly record struct ProcessUsage(int Threads, long ResidentBytes);
