namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>Why a task waits, or why it went where it is.</summary>
/// <param name="Status">The task's status.</param>
/// <param name="Summary">One sentence for a person, with the numbers.</param>
/// <param name="QueuePosition">1 for the head of the queue; null when it does not wait.</param>
/// <param name="EffectivePriority">Priority plus what waiting has added.</param>
/// <param name="Nodes">Every node with the checks that refuse it, or its score.</param>
[GenerateSerializer, Immutable, Alias("aurora.explanation")]
public sealed record ExplanationView(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string Status,
    [property: Id(2)] string Summary,
    [property: Id(3)] long? QueuePosition,
    [property: Id(4)] double EffectivePriority,
    [property: Id(5)] string? AssignedNode,
    [property: Id(6)] NodeExplanation[] Nodes)
{
    /// <summary>When a waiting task may start; null where nobody can tell.</summary>
    [Id(7)]
    public DateTimeOffset? ExpectedStart { get; init; }

    /// <summary>What <see cref="ExpectedStart"/> rests on, or why nobody can tell.</summary>
    [Id(8)]
    public string? ExpectedStartBasis { get; init; }

    /// <summary>One change of the requirements that would start a waiting task now; null where no single one would.</summary>
    [Id(9)]
    public RequirementChangeView? SmallestChange { get; init; }
}

/// <summary>One change of a task's requirements.</summary>
/// <param name="Field">A member of <c>requirements</c>.</param>
/// <param name="Message">A sentence with the numbers.</param>
[GenerateSerializer, Immutable, Alias("aurora.requirement-change")]
public sealed record RequirementChangeView([property: Id(0)] string Field, [property: Id(1)] string Message);

/// <summary>One node's answer to one task.</summary>
/// <param name="Refusals">What refuses it, each with a code and a sentence with the numbers; empty when it is feasible.</param>
/// <param name="Score">The score by term when feasible; higher is better.</param>
[GenerateSerializer, Immutable, Alias("aurora.node-explanation")]
public sealed record NodeExplanation(
    [property: Id(0)] string NodeId,
    [property: Id(1)] bool Feasible,
    [property: Id(2)] RefusalView[] Refusals,
    [property: Id(3)] double? Score,
    [property: Id(4)] Dictionary<string, double> Terms);

/// <summary>One refused check.</summary>
/// <param name="Permanent">True when waiting cannot help: the node as announced can never run the task.</param>
[GenerateSerializer, Immutable, Alias("aurora.refusal")]
public sealed record RefusalView(
    [property: Id(0)] string Code,
    [property: Id(1)] string Message,
    [property: Id(2)] bool Permanent);
