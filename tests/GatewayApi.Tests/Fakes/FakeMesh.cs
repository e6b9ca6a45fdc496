using System.Collections.Concurrent;
using System.Threading.Channels;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Access;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.GatewayApi.Tests.Fakes;

/// <summary>What the fake grains answer, and what they were asked. Everything is in memory and set by the tests.</summary>
public sealed class FakeMesh
{
    public ConcurrentDictionary<string, TaskSpec> Submitted { get; } = [];

    public ConcurrentQueue<string> SubmittedOrder { get; } = [];

    public ConcurrentDictionary<string, TaskView> Tasks { get; } = [];

    public List<TaskView> Active { get; } = [];

    /// <summary>Every list that was asked for by what the tasks are.</summary>
    public ConcurrentQueue<(TaskFilter Filter, string? Cursor, int Limit)> Listed { get; } = [];

    public List<TaskView> Completed { get; } = [];

    public ConcurrentQueue<(string NodeId, bool Cordoned, TimeSpan? DrainFor)> Cordons { get; } = [];

    public List<AccessKey> Keys { get; } = [];

    public List<string> AnnouncedTypes { get; } = [];

    public List<CostView> Costs { get; } = [];

    /// <summary>The pools, the default one first.</summary>
    public List<string> Pools { get; } = ["default"];

    public MeshView Mesh { get; set; } = new([], 0, 0, 0);

    /// <summary>What waits, in order.</summary>
    public List<QueuedTaskView> Queue { get; } = [];

    public string? StoreFault { get; set; }

    public bool Unavailable { get; set; }

    /// <summary>Submit groups that succeed before the mesh goes away; null for always.</summary>
    public int? GroupsUntilUnavailable { get; set; }

    /// <summary>Reports that fail before one is taken.</summary>
    public int ReportFailures { get; set; }

    /// <summary>What a wait for a task does; null answers at once.</summary>
    public Func<string, Task<TaskView?>>? Wait { get; set; }

    /// <summary>Every call on a node, in order.</summary>
    public Channel<NodeCall> NodeCalls { get; } = Channel.CreateUnbounded<NodeCall>();

    /// <summary>Every batch of output, in order.</summary>
    public Channel<(string TaskId, OutputBatch Batch)> Outputs { get; } = Channel.CreateUnbounded<(string, OutputBatch)>();

    /// <summary>What each task's output grain has.</summary>
    public ConcurrentDictionary<string, OutputItem[]> Logs { get; } = [];

    public ConcurrentDictionary<string, ModelRoute> Routes { get; } = [];

    /// <summary>What was seen of requests by routes, in order.</summary>
    public Channel<RouteSample> RouteSamples { get; } = Channel.CreateUnbounded<RouteSample>();

    /// <summary>Ended tasks whose webhooks are due.</summary>
    public ConcurrentQueue<TaskView> DueWebhooks { get; } = [];

    /// <summary>What callers of webhooks said, in order.</summary>
    public Channel<(string TaskId, TimeSpan? Again, string? Error)> SettledWebhooks { get; } = Channel.CreateUnbounded<(string, TimeSpan?, string?)>();

    /// <summary>The event log, in order.</summary>
    public ConcurrentQueue<MeshEvent> Events { get; } = [];

    /// <summary>The first event that the log still has.</summary>
    public long OldestEvent { get; set; } = 1;

    public ConcurrentDictionary<string, TenantGrant> Tenants { get; } = [];

    public ConcurrentDictionary<string, INodeAgentObserver> Observers { get; } = [];

    public ConcurrentDictionary<string, long> Epochs { get; } = [];

    /// <summary>Nodes whose name another connection keeps, and how long they are asked to wait.</summary>
    public ConcurrentDictionary<string, TimeSpan> NamesTaken { get; } = [];

    public HeartbeatReply HeartbeatReply { get; set; } = new(true, [], []);

    /// <summary>Hashes of the requests that came under an idempotency key, by task.</summary>
    public ConcurrentDictionary<string, string> RequestHashes { get; } = [];

    public SubmitOutcome Accept(NewTask task) =>
        task.RequestHash is null || RequestHashes.GetOrAdd(task.TaskId, task.RequestHash) == task.RequestHash
            ? Accept(task.TaskId, task.Spec)
            : new SubmitOutcome(task.TaskId, "conflict", null, null);

    public SubmitOutcome Accept(string taskId, TaskSpec spec)
    {
        if (Unavailable)
        {
            throw new MeshUnavailableException("The store is out of reach.");
        }

        if (Submitted.TryAdd(taskId, spec))
        {
            SubmittedOrder.Enqueue(taskId);
        }

        return spec.GpuCount == 0
            ? new SubmitOutcome(taskId, "assigned", "node-1", null)
            : new SubmitOutcome(taskId, "queued", null, "No node has a GPU.");
    }

    /// <summary>The next call of a kind on any node; calls of other kinds before it are passed over.</summary>
    public async Task<T> NextCallAsync<T>()
        where T : NodeCall
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var call in NodeCalls.Reader.ReadAllAsync(patience.Token))
        {
            if (call is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The node calls ended.");
    }

    public void Reset()
    {
        Pools.RemoveAll(pool => pool != MeshConstants.DefaultPool);
        Submitted.Clear();
        SubmittedOrder.Clear();
        RequestHashes.Clear();
        Cordons.Clear();
        Tasks.Clear();
        Active.Clear();
        Listed.Clear();
        Completed.Clear();
        Queue.Clear();
        Keys.Clear();
        Logs.Clear();
        Events.Clear();
        OldestEvent = 1;
        AnnouncedTypes.Clear();
        Mesh = new([], 0, 0, 0);
        StoreFault = null;
        Unavailable = false;
        GroupsUntilUnavailable = null;
        ReportFailures = 0;
        Wait = null;
        DueWebhooks.Clear();
        Routes.Clear();
        Costs.Clear();
        HeartbeatReply = new(true, [], []);
        while (NodeCalls.Reader.TryRead(out _))
        {
        }
    }
}

/// <summary>A call on a node grain.</summary>
public abstract record NodeCall(string NodeId)
{
    public sealed record Joined(string NodeId, NodeRegistration Registration, long Epoch) : NodeCall(NodeId);

    public sealed record Updated(string NodeId, NodeRegistration Registration) : NodeCall(NodeId);

    public sealed record Beat(string NodeId, Heartbeat Heartbeat) : NodeCall(NodeId);

    public sealed record Reported(string NodeId, long Epoch, AttemptReport[] Reports) : NodeCall(NodeId);

    public sealed record Disconnected(string NodeId, long Epoch, string Reason, bool MayReturn) : NodeCall(NodeId);
}
