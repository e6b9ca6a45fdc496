namespace Aurora.Grains.Interfaces.Events;

/// <summary>Something that happened in the mesh.</summary>
/// <param name="Position">Where it is in the log; see <see cref="EventPosition"/>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">One of <see cref="MeshEventKinds"/>.</param>
/// <param name="TaskId">The task; null for an event of a node.</param>
/// <param name="Attempt">The attempt that it is about; 0 when it is about none.</param>
/// <param name="NodeId">The node, when one has a part in it.</param>
/// <param name="Detail">A sentence or a word for a person.</param>
[GenerateSerializer, Immutable, Alias("aurora.mesh-event")]
public sealed record MeshEvent(
    [property: Id(0)] long Position,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Kind,
    [property: Id(3)] string? TaskId,
    [property: Id(4)] int Attempt,
    [property: Id(5)] string? NodeId,
    [property: Id(6)] string? Detail);
