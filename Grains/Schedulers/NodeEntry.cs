using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Nodes;
using Aurora.Grains.Observability;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Schedulers;

/// <summary>What the scheduler keeps of one node beside the planner's view of it.</summary>
internal sealed class NodeEntry(string nodeId, NodeRegistration registration, long epoch)
{
    public static readonly IReadOnlyDictionary<AttemptId, DateTimeOffset> NoneMissing = new Dictionary<AttemptId, DateTimeOffset>();

    private NodeTraits traits = NodeTraits.Parse(registration.Facts);
    private GpuIdentity[]? gpus;
    private NodeFacts? priced;

    public string NodeId { get; } = nodeId;

    public long Epoch { get; set; } = epoch;

    public NodeRegistration Registration
    {
        get;
        set => (field, traits, gpus, priced) = (value, NodeTraits.Parse(value.Facts), null, null);
    } = registration;

    /// <summary>The pools that it serves, in its own order.</summary>
    public string[] Pools => traits.Pools;

    public bool Connected { get; set; }

    /// <summary>Whether it is another pool's turn there.</summary>
    public bool IsOthersTurn { get; set; }

    public bool Suspect { get; set; }

    /// <summary>Whether it refused an assignment and has not reported since.</summary>
    public bool Refusing { get; set; }

    /// <summary>Why it takes no work, as it says itself; null while it does.</summary>
    public string? ClosedReason { get; set; }

    /// <summary>Whether attempts of other pools were there when it last reported.</summary>
    public bool HoldsOthers { get; set; }

    /// <summary>The attempts that are blamed for its death, unless it comes back and shows that it was none.</summary>
    public AttemptId[] Accused { get; set; } = [];

    /// <summary>
    /// Whether its going without a word says something of what it ran. A rented node may be taken away, one that is drained is switched off,
    /// and a client that cannot name its attempts is lost with each connection.
    /// </summary>
    public bool CanBeKilled => Connected && !Cordoned && !Releasing && Tenure == NodeTenure.Owned
        && (Registration.Transport != "websocket" || Registration.Features.Contains("heartbeat"));

    /// <summary>Whether an operator closed it to new work.</summary>
    public bool Cordoned { get; set; }

    /// <summary>When what it still runs is moved elsewhere.</summary>
    public DateTimeOffset? DrainDeadline { get; set; }

    /// <summary>Whether its readers were told that it is empty.</summary>
    public bool DrainNoted { get; set; }

    public NodeHealth Health { get; } = new();

    /// <summary>Whether it gets new work.</summary>
    public bool IsOpen => Connected && !Suspect && !Refusing && !IsOthersTurn && !Cordoned && !Releasing && ClosedReason is null && Health.QuarantinedUntil is null;

    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Attempts that its last report lacked, and since when.</summary>
    public IReadOnlyDictionary<AttemptId, DateTimeOffset> Missing { get; set; } = NoneMissing;

    public double CpuLoad { get; set; }

    public GpuTelemetry[] Telemetry { get; set; } = [];

    public long CompletedTasks { get; set; }

    public NodeFacts ToFacts()
    {
        return new NodeFacts(
            NodeId,
            Epoch,
            [.. Registration.Gpus.Select(gpu => new GpuFacts(gpu.Index, gpu.Type, gpu.MemoryBytes))],
            Health.IsOnTrial ? Math.Min(1, Registration.MaxParallel) : Registration.MaxParallel,
            Registration.TaskTypes.ToHashSet(StringComparer.Ordinal))
        {
            Models = Registration.ToModels(),
            Host = traits.Host,
            Labels = traits.Labels,
            Links = traits.Links,
            Price = traits.Price,
            CanPreempt = Registration.Features.Contains(NodeRegistration.PreemptFeature),
            TakesGangs = Registration.Features.Contains(NodeRegistration.GangFeature) && Registration.Features.Contains(NodeRegistration.PreemptFeature),
        };
    }

    public NodeTenure Tenure => traits.Price.Tenure;

    /// <summary>How other nodes reach it: what it announced, otherwise its name.</summary>
    public string Address => traits.Address ?? NodeId;

    /// <summary>What the program that wakes nodes knows it by; null for a node that is never woken.</summary>
    public string? WakeAddress => traits.WakeAddress;

    /// <summary>Since when it holds no attempt, of a rented node; null while it does, or is away.</summary>
    public DateTimeOffset? IdleSince { get; set; }

    /// <summary>When its release was advised; null for one that is needed.</summary>
    public DateTimeOffset? ReleaseAdvisedAt { get; set; }

    /// <summary>Whether the operator's program is giving it back, so that it gets no more work.</summary>
    public bool Releasing { get; set; }

    /// <summary>It is needed, or away: nothing speaks for giving it back.</summary>
    public void Busy() => (IdleSince, ReleaseAdvisedAt, Releasing) = (null, null, false);

    /// <summary>What an attempt costs that is placed here now.</summary>
    public AttemptPrice PriceOf(Placement placement) => traits.Price == default
        ? default
        : AttemptPrice.Of(priced ??= ToFacts(), placement.GpusOn(NodeId), placement.Task.Shape.MemoryBytesPerGpu);

    public NodeReading ToReading(NodeView? view, SteadyTime time)
    {
        gpus ??= GpuIdentities.Of(Registration);
        return new NodeReading(
            NodeId,
            StatusOf(view?.PlacedCount ?? 0),
            Connected,
            this is { Cordoned: true, DrainDeadline: not null },
            time.ToClock(LastSeen),
            view?.PlacedCount ?? 0,
            Connected ? [.. gpus.Select(MeasuredOf)] : [])
        {
            IsReleaseAdvised = ReleaseAdvisedAt is not null,
        };

        GpuMeasured MeasuredOf(GpuIdentity gpu, int position) => new(
            gpu,
            Registration.Gpus[position].MemoryBytes,
            view is not null && gpu.Index < view.ReservedBytes.Count ? view.ReservedBytes[gpu.Index] : 0,
            Telemetry.FirstOrDefault(measured => measured.Index == gpu.Index));
    }

    public NodeLoad ToLoad() => new(
        CpuLoad, [.. Telemetry.Select(gpu => new GpuLoad(gpu.Index, gpu.MemoryUsedBytes, gpu.Utilization))]);

    public NodeStatusView ToView(NodeView? view, SteadyTime time) => new(
        NodeId,
        StatusOf(view?.PlacedCount ?? 0),
        Registration.Gpus,
        Telemetry,
        view?.ReservedBytes.ToArray() ?? [],
        view?.PlacedCount ?? 0,
        CompletedTasks,
        time.ToClock(LastSeen),
        CpuLoad,
        Registration.MaxParallel,
        Registration.TaskTypes,
        Registration.Facts,
        Registration.Transport)
    {
        Pools = Pools,
        IdleSince = IdleSince is { } since ? time.ToClock(since) : null,
        ReleaseAdvised = ReleaseAdvisedAt is not null,
        StatusReason = Connected ? ClosedReason : null,
    };

    private string StatusOf(int placedCount) => this switch
    {
        { Connected: false } => "disconnected",
        { Cordoned: true, DrainDeadline: not null } => placedCount > 0 ? "draining" : "drained",
        { Cordoned: true } => "cordoned",
        { Releasing: true } => "releasing",
        { Suspect: true } => "suspect",
        { ClosedReason: not null } => "stuck",
        { Health.QuarantinedUntil: not null } => "quarantined",
        _ => "active",
    };
}
