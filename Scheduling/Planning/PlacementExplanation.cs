using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>Why a task is where it is.</summary>
/// <param name="Summary">One sentence with the numbers.</param>
/// <param name="QueuePosition">1 for the head; null when it does not wait.</param>
public sealed record PlacementExplanation(
    PendingTask Task,
    string Summary,
    long? QueuePosition,
    double EffectivePriority,
    Placement? Placement,
    IReadOnlyList<NodeAnswer> Nodes)
{
    /// <summary>The smallest change of the requirements that would start a waiting task now; null where no single one would.</summary>
    public RequirementChange? SmallestChange { get; init; }
}

/// <summary>One node's answer to one task.</summary>
public sealed record NodeAnswer(
    string NodeId, IReadOnlyList<Refusal> Refusals, double? Score, IReadOnlyDictionary<string, double> Terms);

/// <summary>One check that says no.</summary>
/// <param name="Code">snake_case, stable.</param>
/// <param name="Message">A sentence with the numbers.</param>
/// <param name="Permanent">Waiting cannot help: the node as announced can never run the task.</param>
public sealed record Refusal(string Code, string Message, bool Permanent);
