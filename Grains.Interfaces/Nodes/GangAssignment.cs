namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>Which part of a gang an attempt is. Every member gets the same list and port.</summary>
/// <param name="Rank">Its place among the members, from 0; the result and the output of the task are those of rank 0.</param>
/// <param name="Members">The members by rank.</param>
/// <param name="Port">A TCP port on the node of rank 0 for the members to meet at, the same for all of one attempt. Nobody reserves it.</param>
[GenerateSerializer, Immutable, Alias("aurora.gang-assignment")]
public sealed record GangAssignment(
    [property: Id(0)] int Rank,
    [property: Id(1)] GangPeer[] Members,
    [property: Id(2)] int Port);

/// <summary>One member of a gang, as the others reach it.</summary>
/// <param name="Address">A host name or an address, as its node announced it.</param>
[GenerateSerializer, Immutable, Alias("aurora.gang-peer")]
public sealed record GangPeer(
    [property: Id(0)] string NodeId,
    [property: Id(1)] string Address);
