using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Routing;
using Aurora.Scheduling.Scoring;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>What an operator may choose about planning.</summary>
public sealed class PlannerSettings
{
    /// <summary>The value of <see cref="AgingStep"/> when nobody chooses: 10 minutes.</summary>
    public static readonly TimeSpan DefaultAgingStep = TimeSpan.FromMinutes(10);

    /// <summary>The value of <see cref="QueuedMax"/> when nobody chooses: 2,000,000.</summary>
    public const int DefaultQueuedMax = 2_000_000;

    private static readonly TimeSpan AgingStepMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan AgingStepMax = TimeSpan.FromDays(3650);

    /// <summary>The wait that counts as much as one priority level; 1 ms to 3650 days. Default: 10 minutes.</summary>
    public TimeSpan AgingStep { get; init; } = DefaultAgingStep;

    /// <summary>
    /// Speed of GPU models in dense FP16 tensor TFLOPS, by type as a task would name it; comes before the built-in
    /// table. Default: empty.
    /// </summary>
    public IReadOnlyDictionary<string, double> GpuTeraflops { get; init; } = new Dictionary<string, double>();

    /// <summary>What placement is for, where a task does not choose. Default: balanced.</summary>
    public PlacementProfile Profile { get; init; }

    /// <summary>What placement is for in single pools, by the pool's name; others have <see cref="Profile"/>. Default: empty.</summary>
    public IReadOnlyDictionary<string, PlacementProfile> PoolProfiles { get; init; } = new Dictionary<string, PlacementProfile>();

    /// <summary>Whether tasks may choose their profile. Default: false.</summary>
    public bool TasksMayChooseProfile { get; init; }

    /// <summary>What decides whose turn it is. Default: fair.</summary>
    public QueueProfile Queue { get; init; } = QueueProfile.Fair;

    /// <summary>The same in single pools, by the pool's name; others have <see cref="Queue"/>. Default: empty.</summary>
    public IReadOnlyDictionary<string, QueueProfile> PoolQueues { get; init; } = new Dictionary<string, QueueProfile>();

    /// <summary>
    /// How long the task that goes first may fit nowhere until the GPUs that come free first are kept for it; zero for never, at most 3650
    /// days. Default: 5 minutes.
    /// </summary>
    public TimeSpan ReserveAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most tasks that wait at once in each pool, whoever's they are; above 0. A scheduler has all of them in memory. Default: 2,000,000.</summary>
    public int QueuedMax { get; init; } = DefaultQueuedMax;

    /// <summary>What tenants are granted, by name; others have weight 1 and no quota. Default: empty.</summary>
    public IReadOnlyDictionary<string, TenantPolicy> Tenants { get; init; } = new Dictionary<string, TenantPolicy>();

    /// <summary>Whether attempts of lower priority are stopped for tasks of a higher one. Default: false.</summary>
    public bool Preemption { get; init; }

    /// <summary>
    /// How long an owned node that was woken may take to come, while nothing more is placed on rented nodes; zero where nobody wakes nodes, at
    /// most a day. Default: zero.
    /// </summary>
    public TimeSpan WakeWait { get; init; }

    /// <summary>
    /// When the first token of a request to a model is due; requests then go to servers that are in time, fast ones spared (<see cref="FirstTokenInTime"/>), as far
    /// as nodes tell how fast their servers are. Above zero, at most an hour; null to go by free slots. Default: null.
    /// </summary>
    public TimeSpan? FirstTokenWithin { get; init; }

    /// <summary>
    /// How much more work with deadlines than fits on owned GPUs is aimed at, where placement goes by cost: beyond it they are left to the tasks that would
    /// cost most to rent (<see cref="OwnedBid"/>). Above 0; null to have every task go to owned GPUs first. Default: null.
    /// </summary>
    public double? OwnedOverbooking { get; init; }

    /// <summary>
    /// Whether tasks with a deadline go to rented nodes at once where no owned one has room, instead of waiting for owned ones while their deadline
    /// allows. Default: false.
    /// </summary>
    public bool RentsAtOnce { get; init; }

    /// <summary>The most money that goes to rented nodes in each pool. Default: no limit.</summary>
    public SpendLimits Budget { get; init; } = SpendLimits.None;

    /// <summary>The same in single pools, by the pool's name; others have <see cref="Budget"/>. Default: empty.</summary>
    public IReadOnlyDictionary<string, SpendLimits> PoolBudgets { get; init; } = new Dictionary<string, SpendLimits>();

    /// <summary>The settings of one pool.</summary>
    public PlannerSettings Of(string pool) => PoolProfiles.ContainsKey(pool) || PoolQueues.ContainsKey(pool) || PoolBudgets.ContainsKey(pool)
        ? Like(PoolProfiles.GetValueOrDefault(pool, Profile), PoolQueues.GetValueOrDefault(pool, Queue), PoolBudgets.GetValueOrDefault(pool, Budget), Tenants)
        : this;

    /// <summary>The same with other grants.</summary>
    internal PlannerSettings With(IReadOnlyDictionary<string, TenantPolicy> tenants) => Like(Profile, Queue, Budget, tenants);

    private PlannerSettings Like(
        PlacementProfile profile, QueueProfile queue, SpendLimits budget, IReadOnlyDictionary<string, TenantPolicy> tenants) => new()
        {
            AgingStep = AgingStep,
            GpuTeraflops = GpuTeraflops,
            Profile = profile,
            TasksMayChooseProfile = TasksMayChooseProfile,
            PoolProfiles = PoolProfiles,
            Queue = queue,
            PoolQueues = PoolQueues,
            ReserveAfter = ReserveAfter,
            QueuedMax = QueuedMax,
            Tenants = tenants,
            Preemption = Preemption,
            WakeWait = WakeWait,
            FirstTokenWithin = FirstTokenWithin,
            OwnedOverbooking = OwnedOverbooking,
            RentsAtOnce = RentsAtOnce,
            Budget = budget,
            PoolBudgets = PoolBudgets,
        };

    /// <summary>The books for rented nodes, empty.</summary>
    public RentBudget NewRentBudget() => new(Budget, Tenants.Select(tenant => KeyValuePair.Create(tenant.Key, tenant.Value.Budget)));

    /// <summary>What people are told of a task for which another one left.</summary>
    internal string WhyTurnIsBefore => Queue is QueueProfile.LeastAttained ? "whose turn is before" : "which has a higher priority";

    /// <summary>The profile that a task is placed by.</summary>
    internal PlacementProfile ProfileOf(PendingTask task) => TasksMayChooseProfile ? task.Profile ?? Profile : Profile;

    /// <summary>What a place is judged by for the task, at a time.</summary>
    internal ScoringPolicy PolicyOf(PendingTask task, DateTimeOffset now) =>
        FirstTokenWithin is { } within && task.Shape is { GpuCount: <= 0, Model: not null }
            ? FirstTokenInTime.For(new RequestTiming(task.ContextTokens, now, within))
            : ScoringPolicy.For(task, ProfileOf(task));

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        if (AgingStep < AgingStepMin || AgingStep > AgingStepMax)
        {
            throw new ArgumentException($"{nameof(AgingStep)} is {AgingStep}; it must be 1 ms to 3650 days.");
        }

        if (ReserveAfter < TimeSpan.Zero || ReserveAfter > AgingStepMax)
        {
            throw new ArgumentException($"{nameof(ReserveAfter)} is {ReserveAfter}; it must be 0 to 3650 days.");
        }

        if (QueuedMax < 1)
        {
            throw new ArgumentException($"{nameof(QueuedMax)} is {QueuedMax}; it must be above 0.");
        }

        if (WakeWait < TimeSpan.Zero || WakeWait > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"{nameof(WakeWait)} is {WakeWait}; it must be 0 to 1 day.");
        }

        if (FirstTokenWithin is { } within && (within <= TimeSpan.Zero || within > TimeSpan.FromHours(1)))
        {
            throw new ArgumentException($"{nameof(FirstTokenWithin)} is {within}; it must be above 0 and at most 1 hour.");
        }

        if (OwnedOverbooking is { } overbooking && !(double.IsFinite(overbooking) && overbooking > 0))
        {
            throw new ArgumentException($"{nameof(OwnedOverbooking)} is {overbooking}; it must be above 0.");
        }

        foreach (var (tenant, policy) in Tenants)
        {
            if (!double.IsFinite(policy.Weight) || policy.Weight <= 0 || policy.GpusMax < 0 || policy.QueuedMax < 0 || !policy.Budget.IsValid)
            {
                throw new ArgumentException($"{nameof(Tenants)}['{tenant}'] is {policy}; its weight must be above 0, its quotas and budgets at least 0.");
            }
        }

        if (!Budget.IsValid || PoolBudgets.Values.Any(budget => !budget.IsValid))
        {
            throw new ArgumentException($"{nameof(Budget)} and {nameof(PoolBudgets)} must be at least 0.");
        }

        foreach (var (type, teraflops) in GpuTeraflops)
        {
            if (!double.IsFinite(teraflops) || teraflops <= 0)
            {
                throw new ArgumentException($"{nameof(GpuTeraflops)}['{type}'] is {teraflops}; it must be above 0.");
            }
        }
    }
}
