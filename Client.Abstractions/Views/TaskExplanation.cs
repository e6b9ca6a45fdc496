namespace Aurora.Client.Abstractions.Views;

/// <summary>Why a task waits, or why it went where it is.</summary>
/// <param name="Summary">One sentence with the numbers.</param>
/// <param name="QueuePosition">1 for the head of the queue; null when it does not wait.</param>
/// <param name="EffectivePriority">Priority and what waiting has added.</param>
/// <param name="Nodes">Each node's answer, by its name.</param>
public sealed record TaskExplanation(
    string TaskId, string Status, string Summary, long? QueuePosition, double EffectivePriority, string? AssignedNode,
    IReadOnlyDictionary<string, NodeExplanation> Nodes)
{
    /// <summary>When a waiting task may start; null where nobody can tell.</summary>
    public DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>What <see cref="ExpectedStart"/> rests on, or why nobody can tell.</summary>
    public string? ExpectedStartBasis { get; init; }

    /// <summary>One change of the requirements that would start a waiting task now; null where no single one would.</summary>
    public RequirementChange? SmallestChange { get; init; }
}

/// <summary>One change of a task's requirements.</summary>
/// <param name="Field">A member of the requirements.</param>
/// <param name="Message">A sentence with the numbers.</param>
public sealed record RequirementChange(string Field, string Message);

/// <summary>One node's answer to one task.</summary>
/// <param name="Refusals">What refuses it; empty when it is feasible.</param>
/// <param name="Score">Higher is better; null when it is not feasible.</param>
/// <param name="Terms">The score by term.</param>
public sealed record NodeExplanation(
    bool Feasible, IReadOnlyList<NodeRefusal> Refusals, double? Score, IReadOnlyDictionary<string, double> Terms);

/// <summary>One check that refuses the task.</summary>
/// <param name="Permanent">True when waiting cannot help.</param>
public sealed record NodeRefusal(string Code, string Message, bool Permanent);
