using Orleans.Concurrency;

namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>
/// The node's end of the push channel. A push may be lost or repeated: the heartbeat's answer repeats what matters.
/// Orleans holds observers weakly, so the implementer keeps a strong reference.
/// </summary>
[GrainInterfaceType("aurora.node-agent")]
public interface INodeAgentObserver : IGrainObserver
{
    /// <summary>Answers, which shows that the way to the node is open.</summary>
    [ResponseTimeout("00:00:02")]
    Task PingAsync();

    /// <summary>
    /// Run these attempts now. An epoch older than the node's says that the grain which sends this was replaced, and may have
    /// stood still for long: nothing is run then.
    /// </summary>
    [OneWay]
    Task AssignAsync(long epoch, AttemptAssignment[] assignments);

    /// <summary>Stop these attempts; their reports would be refused.</summary>
    [OneWay]
    Task StopAsync(AttemptId[] attempts);

    /// <summary>
    /// End these attempts with a checkpoint, as when they are stopped, and report each as preempted once it is gone. Sent only to agents that
    /// announced <see cref="NodeRegistration.PreemptFeature"/>; may repeat.
    /// </summary>
    [OneWay]
    Task PreemptAsync(LeavingAttempt[] attempts);

    /// <summary>A newer registration of the same node took over; close this one and do not come back by itself at once.</summary>
    [OneWay]
    Task ReplacedAsync(long byEpoch);
}
