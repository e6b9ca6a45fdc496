namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>What a node says of itself when it joins.</summary>
/// <param name="InstanceId">Changes each time the agent process starts; tells a reconnect from a restart.</param>
/// <param name="MaxParallel">Attempts the node runs at once; at least 1.</param>
/// <param name="TaskTypes">The task types it can run.</param>
/// <param name="Features">Frame and behaviour names beyond the documented surface, e.g. <c>cancel</c>.</param>
/// <param name="Running">Attempts that the node still runs or whose end it has not reported yet.</param>
/// <param name="Facts">The announced facts as one JSON object, shown to people and otherwise untouched.</param>
/// <param name="Transport">"orleans" or "websocket".</param>
[GenerateSerializer, Immutable, Alias("aurora.node-registration")]
public sealed record NodeRegistration(
    [property: Id(0)] string InstanceId,
    [property: Id(1)] GpuDevice[] Gpus,
    [property: Id(2)] int MaxParallel,
    [property: Id(3)] string[] TaskTypes,
    [property: Id(4)] string[] Features,
    [property: Id(5)] AttemptId[] Running,
    [property: Id(6)] string Facts,
    [property: Id(7)] string Transport)
{
    /// <summary>Named in <see cref="Features"/> by a node that ends attempts on request and tells when they are gone.</summary>
    public const string PreemptFeature = "preempt";

    /// <summary>Named in <see cref="Features"/> by a node that understands <see cref="AttemptAssignment.Gang"/>.</summary>
    public const string GangFeature = "gang";

    /// <summary>Those of <see cref="Running"/> that were asked to leave and have not ended yet.</summary>
    [Id(8)]
    public LeavingAttempt[] Leaving { get; init; } = [];
}
