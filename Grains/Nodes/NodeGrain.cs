using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Observability;
using Aurora.Grains.Options;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aurora.Grains.Nodes;

/// <summary>
/// One GPU node: its registration, its lease, the ledger of its GPUs' memory, and the attempts it holds. The row in the
/// store keeps registration and epoch; everything else is told again by the agent when it joins.
/// </summary>
[GrainType("aurora.node")]
internal sealed partial class NodeGrain(
    ITaskStore store,
    EndedOutbox endedOutbox,
    RegistrationGate gate,
    MeshInstruments instruments,
    IOptions<LeaseOptions> leaseOptions,
    TimeProvider clock,
    ILogger<NodeGrain> logger) : Grain, INodeGrain
{
    // A heartbeat built before a push arrived lacks it rightly; after this long the push is taken for lost.
    private static readonly TimeSpan PushGrace = TimeSpan.FromSeconds(2);

    private readonly SteadyTime time = new(clock);

    // What it holds is in the ledger.
    private GpuLedger ledger = new(new NodeFacts("", 0, [], 1, new HashSet<string>()));
    private NodeRegistration? registration;
    private INodeAgentObserver? agent;
    private IGrainTimer? leaseTimer;
    private readonly NameContest contest = new();
    private long epoch;
    private bool joined;
    private DateTimeOffset lastSeen;
    private DateTimeOffset lastTick;
    private DateTimeOffset? closedAt;
    private double cpuLoad;
    private GpuTelemetry[] telemetry = [];
    private string? closedReason;

    // The key is made a string anew each time that it is asked for.
    private string NodeId => field ??= this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await StoreGuard.Read(store.GetNodeAsync(NodeId, cancellationToken)) is { } row)
        {
            epoch = row.Epoch;
            Take(NodeMapping.ParseRegistration(row.Registration));
            StartLeaseWatch();
        }
    }

    public async Task<JoinReply> JoinAsync(NodeRegistration newRegistration, INodeAgentObserver newAgent)
    {
        if (IsHeldByAnother(newRegistration, newAgent) && contest.Challenge(time.GetUtcNow()) is { } wait && await AnswersAsync(agent!))
        {
            LogNameRefused(NodeId, epoch, wait.TotalSeconds);
            return new JoinReply(0, leaseOptions.Value.HeartbeatInterval, []) { RefusedFor = wait };
        }

        // A gateway lets the nodes of its sockets in by itself.
        var isGated = newRegistration.Transport != "websocket";
        if (isGated && !await gate.TryEnterAsync(CancellationToken.None))
        {
            return new JoinReply(0, leaseOptions.Value.HeartbeatInterval, []) { RefusedFor = gate.Pause(), IsBusy = true };
        }

        long newEpoch;
        Dictionary<AttemptId, TaskRow?> rows;
        try
        {
            newEpoch = await StoreGuard.Write(store.RegisterNodeAsync(NodeId, newRegistration.ToJson(), CancellationToken.None));
            rows = await ReadInventoryAsync(newRegistration);
        }
        catch (MeshUnavailableException)
        {
            // It may have happened, and under an unknown epoch nothing is judged rightly: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            if (isGated)
            {
                gate.Leave();
            }
        }

        // Other calls came in between. From here on there is no wait, so that nobody sees the node joined and without its
        // attempts: the scheduler would give them up.
        if (joined && agent is not null && !agent.Equals(newAgent))
        {
            LogReplaced(NodeId, epoch, newEpoch);
            Push(agent.ReplacedAsync(newEpoch));
        }

        var isSameProcess = joined && registration?.InstanceId == newRegistration.InstanceId;
        epoch = newEpoch;
        var left = Take(newRegistration);
        agent = newAgent;
        joined = true;
        closedAt = null;
        cpuLoad = 0;
        telemetry = [];
        closedReason = isSameProcess ? closedReason : null;
        var stop = AdoptInventory(newRegistration, rows, isSameProcess);
        instruments.NodeJoined(newRegistration.Transport == "websocket" ? "websocket" : "orleans");
        StartLeaseWatch();
        Leave(left);
        ReportToSchedulers(withRegistration: true);
        return new JoinReply(epoch, leaseOptions.Value.HeartbeatInterval, stop);
    }

    public async Task UpdateAsync(long ofEpoch, NodeRegistration newRegistration)
    {
        if (!joined || ofEpoch != epoch)
        {
            return;
        }

        await StoreGuard.Write(store.UpdateNodeAsync(NodeId, epoch, newRegistration.ToJson(), CancellationToken.None));
        var left = Take(newRegistration);
        RebuildLedger(Held);
        Leave(left);
        ReportToSchedulers(withRegistration: true);
    }

    public async Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat)
    {
        if (!joined || heartbeat.Epoch != epoch)
        {
            return new HeartbeatReply(Known: false, [], []);
        }

        var now = time.GetUtcNow();
        lastSeen = now;
        closedAt = null;
        cpuLoad = heartbeat.CpuLoad;
        telemetry = heartbeat.Gpus;
        closedReason = heartbeat.Closed;

        var named = heartbeat.Attempts.ToHashSet();
        List<HeldAttempt>? lacking = null;
        foreach (var attempt in Held)
        {
            if (named.Contains(attempt.Assignment.Id))
            {
                attempt.Confirm();
            }
            else if (!attempt.Ending && now - attempt.PushedAt > PushGrace)
            {
                (lacking ??= []).Add(attempt);
            }
        }

        var start = lacking is null ? [] : await RepeatAsync(lacking, now);
        if (!joined || heartbeat.Epoch != epoch)
        {
            return new HeartbeatReply(Known: false, [], []);
        }

        List<AttemptId>? stop = null;
        foreach (var attempt in named)
        {
            if (!Holds(attempt))
            {
                (stop ??= []).Add(attempt);
            }
        }

        ReportToSchedulers(withRegistration: false);
        return new HeartbeatReply(Known: true, start, stop?.ToArray() ?? [])
        {
            Preempt = [.. Leaving().Where(leaving => named.Contains(leaving.Attempt))],
        };
    }

    public async Task DisconnectAsync(long ofEpoch, string reason, bool mayReturn)
    {
        if (!joined || ofEpoch != epoch)
        {
            return;
        }

        if (mayReturn)
        {
            closedAt ??= time.GetUtcNow();
            return;
        }

        await LoseAsync(reason, bySilence: false);
    }

    public Task<AssignmentRefusal[]> AssignAsync(NodeAssignment[] assignments)
    {
        List<AssignmentRefusal>? refusals = null;
        var push = new List<AttemptAssignment>(assignments.Length);
        var now = time.GetUtcNow();
        foreach (var (assignment, nodeEpoch, isWatched) in assignments)
        {
            if (RefusalOf(assignment, nodeEpoch, now, isWatched) is var (kind, reason))
            {
                instruments.AssignmentRejected(kind);
                (refusals ??= []).Add(new AssignmentRefusal(assignment.Id, reason));
                continue;
            }

            push.Add(assignment);
            turns?.Placed(assignment.Pool, now);
        }

        TellOtherPools();

        if (push.Count > 0)
        {
            Push(agent!.AssignAsync(epoch, [.. push]));
        }

        return Task.FromResult(refusals?.ToArray() ?? []);
    }

    public Task StopAsync(AttemptId attempt)
    {
        if (Holds(attempt))
        {
            Drop(attempt.TaskId);
        }

        if (joined && agent is not null)
        {
            Push(agent.StopAsync([attempt]));
        }

        return Task.CompletedTask;
    }

    public Task<bool> WatchAsync(string taskId) =>
        Task.FromResult(Find(taskId) is { } attempt && (attempt.Watched = true));

    public Task EnsureActiveAsync()
    {
        if (joined)
        {
            ReportToSchedulers(withRegistration: true);
        }
        else if (registration is not null && leaseTimer is null)
        {
            // A scheduler that was not there when this node was lost has to be told again.
            StartLeaseWatch();
        }

        return Task.CompletedTask;
    }

    private IEnumerable<HeldAttempt> Held => ledger.Reservations.Cast<HeldAttempt>();

    private HeldAttempt? Find(string taskId) => (HeldAttempt?)ledger.Find(taskId);

    private bool Holds(AttemptId attempt) => ledger.Find(attempt.TaskId) is { } known && known.Attempt == attempt.Attempt;

    /// <summary>Holds the assignment, or says why it is not taken, for the metrics and for people; null when it is.</summary>
    private (string Kind, string Reason)? RefusalOf(AttemptAssignment assignment, long nodeEpoch, DateTimeOffset now, bool isWatched)
    {
        if (!joined || agent is null)
        {
            return ("not_connected", "the node is not connected");
        }

        if (!pools.Contains(assignment.Pool))
        {
            return ("other_pool", $"the node does not serve the pool {assignment.Pool}");
        }

        if (nodeEpoch != epoch)
        {
            return ("stale_epoch", $"the node joined again (epoch {epoch}, the assignment names {nodeEpoch})");
        }

        if (Find(assignment.TaskId) is { } known)
        {
            if (known.Attempt == assignment.Attempt)
            {
                known.Order(now, isWatched);
                return null;
            }

            if (known.Attempt > assignment.Attempt)
            {
                return ("newer_attempt", "a newer attempt runs here");
            }

            Drop(assignment.TaskId);
            Push(agent.StopAsync([known.Assignment.Id]));
        }

        if (turns?.HolderAt(now) is { } holder && holder != assignment.Pool)
        {
            return ("not_its_turn", $"it is the turn of the pool {holder}");
        }

        if (closedReason is not null)
        {
            return ("closed", "the node takes no work: " + closedReason);
        }

        return ledger.TryReserve(new HeldAttempt(assignment, HostOf(assignment), now, isWatched), out var refusal)
            ? null
            : ("no_memory", refusal.Message);
    }

    private void Drop(string taskId)
    {
        if (ledger.Find(taskId) is { } attempt)
        {
            ledger.Release(taskId, attempt.Attempt);
            TellOtherPools();
        }
    }

    /// <summary>A push is a hint: what is lost here the next heartbeat repeats.</summary>
    private void Push(Task push) => push.ContinueWith(
        failed => LogPushFailed(NodeId, failed.Exception!.InnerException!.Message),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Current).Ignore();
}
