namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>What a client asks for, validated at the edge. The JSON texts are kept exactly as they were sent.</summary>
/// <param name="TaskType">One of <see cref="KnownTaskTypes"/>, or a type that some node announces.</param>
/// <param name="Priority">0 (lowest) to 10 (highest).</param>
/// <param name="GpuCount">GPUs of one node the task needs; 0 for a task without a GPU.</param>
/// <param name="MemoryBytes">GPU memory in bytes, in total over the task's GPUs; 0 when the task does not say.</param>
/// <param name="GpuType">A GPU type that every GPU must match on tokens, or null.</param>
/// <param name="Requirements">The <c>requirements</c> object as JSON text; "{}" when absent.</param>
/// <param name="Payload">Every other user member of the body (<c>script</c>, <c>payload</c>, …) as one JSON object; "{}" when there is none.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-spec")]
public sealed record TaskSpec(
    [property: Id(0)] string TaskType,
    [property: Id(1)] int Priority,
    [property: Id(2)] int GpuCount,
    [property: Id(3)] long MemoryBytes,
    [property: Id(4)] string? GpuType,
    [property: Id(5)] string Requirements,
    [property: Id(6)] string Payload)
{
    /// <summary>Failures at which the task has failed; 1 to 100.</summary>
    [Id(7)]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>What tells one conversation from another; its requests stay on one node while that has room. Null for none.</summary>
    [Id(8)]
    public string? Session { get; init; }

    /// <summary>What it says beyond its needs; null for nothing.</summary>
    [Id(9)]
    public TaskControls? Controls { get; init; }

    /// <summary>The pool whose scheduler places it.</summary>
    [Id(20)]
    public string Pool { get; init; } = MeshConstants.DefaultPool;
}
