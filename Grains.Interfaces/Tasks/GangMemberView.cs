namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>One node's part of a task of several nodes.</summary>
/// <param name="Gpus">Indexes of the node's GPUs.</param>
/// <param name="HasEnded">Whether it ended well; the task is completed with the last one.</param>
[GenerateSerializer, Immutable, Alias("aurora.gang-member")]
public sealed record GangMemberView(
    [property: Id(0)] string NodeId,
    [property: Id(1)] int[] Gpus,
    [property: Id(2)] bool HasEnded);
