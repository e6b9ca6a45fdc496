namespace Aurora.Scheduling.Model;

/// <summary>A node as the planner sees it at one moment.</summary>
/// <param name="ReservedBytes">Memory reserved on each GPU, by index, without what other pools hold.</param>
/// <param name="PlacedCount">Attempts that hold a reservation on it.</param>
public sealed record NodeView(
    NodeFacts Facts, bool Available, NodeLoad Load, IReadOnlyList<long> ReservedBytes, int PlacedCount);
