using Aurora.Scheduling.Model;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// The scheduler's whole view and every decision about it: queue, nodes, reservations. Single-threaded, without clock,
/// randomness or I/O: the same calls give the same decisions.
/// </summary>
public interface IMeshPlanner
{
    /// <summary>Tasks that wait.</summary>
    int QueuedCount { get; }

    /// <summary>Attempts that hold a reservation.</summary>
    int PlacedCount { get; }

    /// <summary>The nodes, by id, as the planner sees them.</summary>
    IReadOnlyCollection<NodeView> Nodes { get; }

    /// <summary>Adds or replaces a node; placements it holds stay. An epoch below the known one changes nothing.</summary>
    void UpsertNode(NodeFacts facts, bool available);

    /// <inheritdoc cref="MeshPlanner.ObserveForeign"/>
    void ObserveForeign(string nodeId, IReadOnlyList<ForeignAttempt> attempts);

    /// <inheritdoc cref="MeshPlanner.AwaitsNode"/>
    bool AwaitsNode(string nodeId);

    /// <summary>
    /// Places nothing more of a tenant (null: of anybody) on nodes that are not owned, for a reason that people are told; null lifts it.
    /// </summary>
    void SetRentRefusal(string? tenant, string? why);

    /// <summary>What the attempts cost so far that hold a place on nodes that are not owned, by tenant.</summary>
    IReadOnlyDictionary<string, double> RentRunning(DateTimeOffset now);

    /// <summary>Renews what a node measures.</summary>
    void ObserveLoad(string nodeId, NodeLoad load);

    /// <summary>Opens or closes a node for new placements (lost, cordoned); what it holds stays reserved.</summary>
    void SetAvailable(string nodeId, bool available);

    /// <summary>
    /// Places the task now, or puts it in the queue and returns null. A task that is known already changes nothing and
    /// returns null. While capacity that came free awaits a <see cref="Drain"/>, and a waiting task with an earlier turn
    /// fits, the newcomer is queued.
    /// </summary>
    Placement? Submit(PendingTask task, DateTimeOffset now);

    /// <summary>Puts a task in the queue without trying to place it (rebuild, retry).</summary>
    void Enqueue(PendingTask task);

    /// <summary>Records a placement that exists in the store (rebuild); an unknown node is created unavailable, and what it holds counts once it joins. A task that is known already changes nothing.</summary>
    void Restore(Placement placement, DateTimeOffset now);

    /// <summary>
    /// Places waiting tasks where capacity came free since the last call: higher effective priority first, equal priority
    /// in order of submission; a task that fits nowhere does not hold up the next. At most <paramref name="limit"/>.
    /// </summary>
    IReadOnlyList<Placement> Drain(DateTimeOffset now, int limit);

    /// <summary>Frees an attempt's reservation; false when it is not held under this attempt number.</summary>
    bool Release(string taskId, int attempt);

    /// <summary>Like <see cref="Release"/>, for a task that completed: how long it took is learnt.</summary>
    bool Complete(string taskId, int attempt, DateTimeOffset now);

    /// <summary>Takes a waiting task out of the queue; false when it does not wait.</summary>
    bool Dequeue(string taskId);

    /// <summary>Frees the attempt and puts its task back in line at its old place, its attempt counted; false when it is not held under this attempt number.</summary>
    /// <param name="avoid">The node that the next attempt gets only when no other can take it; null for the one that it was on.</param>
    bool Requeue(string taskId, int attempt, string? avoid = null);

    /// <summary>
    /// Frees what one node has of a gang's attempt, since that part ended well; the others go on. False when it is not held under this
    /// attempt number, or was freed before.
    /// </summary>
    bool ReleaseMember(string taskId, int attempt, string nodeId);

    /// <summary>Like <see cref="Requeue"/>, for an attempt that left for another task, or for none: nothing speaks against its node.</summary>
    bool RequeuePreempted(string taskId, int attempt, string? forTask);

    /// <summary>The placements that a node holds, by task id, as it sees them; they stay reserved until released or requeued.</summary>
    IReadOnlyList<Placement> PlacementsOn(string nodeId);

    /// <summary>The placement that a task holds, or null.</summary>
    Placement? FindPlacement(string taskId);

    /// <summary>The waiting task, or null.</summary>
    PendingTask? FindQueued(string taskId);

    /// <summary>Whether a task waits: cheaper than <see cref="FindQueued"/>, which makes an object of it.</summary>
    bool IsQueued(string taskId);

    /// <summary>The waiting tasks that go next, in order; at most <paramref name="limit"/>.</summary>
    IReadOnlyList<WaitingTask> QueueHead(int limit, DateTimeOffset now);

    /// <summary>Likewise of those with a priority of the range. It may visit every task that waits.</summary>
    IReadOnlyList<WaitingTask> QueueHead(int limit, PriorityRange priorities, DateTimeOffset now);

    /// <summary>
    /// One line on why a task that could take any of these shapes waits, with the numbers, e.g. "needs 80 GB on one GPU; the
    /// largest here has 40 GB".
    /// </summary>
    string WhyWaiting(IReadOnlyList<TaskShape> shapes);

    /// <summary>What would become of these tasks if they were submitted now, one after the other. Changes nothing.</summary>
    IReadOnlyList<PlannedTask> Plan(IReadOnlyList<PendingTask> tasks, DateTimeOffset now);

    /// <summary>
    /// When a waiting task may start, as a computation over a copy that may run on another thread; null when it does not wait.
    /// </summary>
    Func<ExpectedStart>? Forecast(string taskId, DateTimeOffset now);

    /// <summary>Tells the time, so that what a tenant holds is counted over it.</summary>
    void Advance(DateTimeOffset now);

    /// <summary>Sets what a tenant is granted; null takes back what was said. Its waiting tasks are looked at again by the next <see cref="Drain"/>.</summary>
    void SetTenant(string tenant, TenantPolicy? policy);

    /// <summary>
    /// Looks after the task that goes first: when it has fitted nowhere for too long, the GPUs that come free first are kept for it. Others may
    /// use them only as long as they are expected to end before. To be called about once a second, after a <see cref="Drain"/>.
    /// </summary>
    void KeepPlace(DateTimeOffset now);

    /// <summary>
    /// Attempts that are to leave for a waiting task of higher priority, with the place that is kept for it meanwhile; null where nobody may
    /// or needs to. They hold what they hold until they are released or requeued: the task starts when the last of them is gone. To be called
    /// after a <see cref="Drain"/> until it returns null.
    /// </summary>
    Preemption? Preempt(DateTimeOffset now);

    /// <summary>Notes that a running attempt was asked to leave for a task (rebuild); nobody else is asked for what it will free.</summary>
    void MarkLeaving(string taskId, int attempt, string forTask);

    /// <summary>The task for which a placed task's attempt was asked to leave; null for one that stays.</summary>
    string? LeavesFor(string taskId);

    /// <summary>What each tenant holds, wants and had, by name.</summary>
    IReadOnlyList<TenantUse> Tenants(DateTimeOffset now);

    /// <summary>Whether a tenant may have no more tasks in line.</summary>
    bool IsQueueFull(string? tenant, int more);

    /// <summary>Every node's answer to this task, and the task's place in the queue; null when the planner does not hold the task.</summary>
    PlacementExplanation? Explain(string taskId, DateTimeOffset now);
}
