using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Orleans.Concurrency;

namespace Aurora.Grains.Interfaces.Schedulers;

/// <summary>The queue and the placement of one pool. The key is the pool's name. It owns the view, not the truth.</summary>
[GrainInterfaceType("aurora.scheduler")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Places what fits, commits every task in one group and dispatches; one outcome per task, in order. A task id
    /// that exists already is answered with its present state. Throws <see cref="MeshUnavailableException"/> with
    /// nothing accepted (or with an unknown part accepted, which a repeat with the same ids resolves).
    /// </summary>
    Task<SubmitOutcome[]> SubmitAsync(NewTask[] tasks);

    /// <summary>Cancels a task that has not ended, wherever it is.</summary>
    Task<CancelOutcome> CancelAsync(string taskId);

    /// <summary>Puts a task that failed back in line.</summary>
    Task<RetryOutcome> RetryAsync(string taskId);

    /// <summary>
    /// Closes a node to new work, or opens it again. With a <paramref name="drainFor"/> what it still runs then is moved
    /// elsewhere. False when no such node ever joined.
    /// </summary>
    Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor);

    /// <summary>Have the task grain told when this task ends. False when that cannot be promised: it ended, or is on its way to a node.</summary>
    Task<bool> WatchAsync(string taskId);

    /// <summary>Why the task waits or where it went; null when the scheduler does not hold it.</summary>
    Task<ExplanationView?> ExplainAsync(string taskId);

    /// <summary>What would become of these tasks if they were submitted now, one after the other; one answer per task, in order. Changes nothing.</summary>
    Task<PlanView[]> PlanAsync(TaskSpec[] tasks);

    /// <summary>Everything that decisions are made by, and what is decided of these tasks, as JSON that <c>bench -- replay</c> reads. Changes nothing.</summary>
    Task<byte[]> RecordAsync(TaskSpec[] tasks);

    /// <summary>The tasks that go next, at most <paramref name="limit"/>, each with what it waits for.</summary>
    Task<QueueView> GetQueueAsync(int limit);

    /// <summary>Likewise with the tasks of these priorities only; those may be up to 5 s old where more than 5,000 wait.</summary>
    Task<QueueView> GetQueueOfAsync(int limit, int priorityMin, int priorityMax);

    /// <summary>The tasks that have a place on a node, by id; empty for a node that is not known.</summary>
    Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId);

    /// <summary>The mesh at this moment.</summary>
    Task<MeshView> GetMeshAsync();

    /// <summary>Reads again what tenants are granted.</summary>
    Task TakeGrantsAsync();

    /// <summary>Every tenant that is granted, holds, wants or lately had something in this pool, by name.</summary>
    Task<Tenants.TenantView[]> GetTenantsAsync();

    /// <summary>Task types that at least one known node announces.</summary>
    Task<string[]> GetTaskTypesAsync();

    /// <summary>A node joined, changed or renewed its load.</summary>
    [OneWay]
    Task NodeReportedAsync(NodeReport report);

    /// <summary>
    /// A node is gone: its attempts go back to the queue. Unless it only vanished together with more than half of the mesh,
    /// which looks more like a fault of the network than of the nodes.
    /// </summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="epoch">Its registration; of an older one nothing is taken.</param>
    /// <param name="reason">For people.</param>
    /// <param name="bySilence">It went without a word: silent, or with a connection that broke and did not come back.</param>
    Task NodeLostAsync(string nodeId, long epoch, string reason, bool bySilence);

    /// <summary>Attempts ended and their memory is free.</summary>
    Task AttemptsEndedAsync(AttemptEnd[] ended);

    /// <summary>Keeps the grain active; a hosted service on every silo calls it.</summary>
    Task PingAsync();
}

/// <summary>A task on its way into the store.</summary>
/// <param name="Watched">Whether the task grain is to be told when the task ends.</param>
[GenerateSerializer, Immutable, Alias("aurora.new-task")]
public sealed record NewTask(
    [property: Id(0)] string TaskId,
    [property: Id(1)] TaskSpec Spec,
    [property: Id(2)] bool Watched)
{
    /// <summary>Of the request, when it came under an idempotency key; a repeat with another hash is a conflict.</summary>
    [Id(3)]
    public string? RequestHash { get; init; }
}

/// <summary>An attempt that ended on a node, and how.</summary>
/// <param name="Completed">True when it completed, false when it failed or was stopped.</param>
[GenerateSerializer, Immutable, Alias("aurora.attempt-end")]
public readonly record struct AttemptEnd(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] bool Completed,
    [property: Id(2)] string NodeId)
{
    /// <summary>The attempts so far, this one included.</summary>
    [Id(3)]
    public AttemptHistory History { get; init; }

    /// <summary>When the task may be tried again; null when it has ended.</summary>
    [Id(4)]
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The report came too late or twice: the place is free, and what became of the task was decided before.</summary>
    [Id(5)]
    public bool IsStale { get; init; }

    /// <summary>When it began, unless the scheduler was told before.</summary>
    [Id(6)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The id of the task that it left for; null for an attempt that was not preempted.</summary>
    [Id(7)]
    public string? PreemptedFor { get; init; }

    /// <summary>What the attempt cost, in the money of its node's price.</summary>
    [Id(8)]
    public double Cost { get; init; }

    /// <summary>Whether only the node's part of a gang ended, and the attempt goes on on its other nodes.</summary>
    [Id(9)]
    public bool IsOfMember { get; init; }

    /// <summary>The node of rank 0, of a gang; null for a task of one node.</summary>
    [Id(10)]
    public string? Lead { get; init; }

    /// <summary>How long the task waits for its next attempt, from the end of this one; null when it has ended, and from a silo that knows only <see cref="RetryAt"/>.</summary>
    [Id(11)]
    public TimeSpan? RetryAfter { get; init; }
}
