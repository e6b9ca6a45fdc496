using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>An order to run one attempt. Receiving it twice starts it once.</summary>
/// <param name="Gpus">Indexes of the assigned GPUs on the node; empty for a task without a GPU.</param>
/// <param name="MemoryBytesPerGpu">GPU memory reserved on each of them.</param>
/// <param name="Requirements">The requirements object as JSON text.</param>
/// <param name="Payload">The other user members of the submitted body as one JSON object.</param>
[GenerateSerializer, Immutable, Alias("aurora.attempt-assignment")]
public sealed record AttemptAssignment(
    [property: Id(0)] string TaskId,
    [property: Id(1)] int Attempt,
    [property: Id(2)] string TaskType,
    [property: Id(3)] int Priority,
    [property: Id(4)] int[] Gpus,
    [property: Id(5)] long MemoryBytesPerGpu,
    [property: Id(6)] string Requirements,
    [property: Id(7)] string Payload,
    [property: Id(8)] DateTimeOffset SubmittedAt)
{
    public AttemptId Id => new(TaskId, Attempt);

    /// <summary>The attempts before this one.</summary>
    [Id(9)]
    public AttemptHistory History { get; init; }

    /// <summary>What the task says beyond its needs; null for nothing.</summary>
    [Id(10)]
    public TaskControls? Controls { get; init; }

    /// <summary>The pool of the task: whose scheduler is told of the end.</summary>
    [Id(20)]
    public string Pool { get; init; } = MeshConstants.DefaultPool;

    /// <summary>Which part of a gang it is; null for a task of one node.</summary>
    [Id(21)]
    public GangAssignment? Gang { get; init; }
}
