using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>What an operator may choose about planning.</summary>
public sealed class PlannerSettings
{
    /// <summary>The value of <see cref="AgingStep"/> when nobody chooses: 10 minutes.</summary>
    public static readonly TimeSpan DefaultAgingStep = TimeSpan.FromMinutes(10);

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

    /// <summary>The settings of one pool.</summary>
    public PlannerSettings Of(string pool) => PoolProfiles.TryGetValue(pool, out var profile)
        ? new PlannerSettings
        {
            AgingStep = AgingStep,
            GpuTeraflops = GpuTeraflops,
            Profile = profile,
            TasksMayChooseProfile = TasksMayChooseProfile,
            PoolProfiles = PoolProfiles,
        }
        : this;

    /// <summary>The profile that a task is placed by.</summary>
    internal PlacementProfile ProfileOf(PendingTask task) => TasksMayChooseProfile ? task.Profile ?? Profile : Profile;

    /// <summary>Throws <see cref="ArgumentException"/> naming the setting that is out of range.</summary>
    public void Validate()
    {
        if (AgingStep < AgingStepMin || AgingStep > AgingStepMax)
        {
            throw new ArgumentException($"{nameof(AgingStep)} is {AgingStep}; it must be 1 ms to 3650 days.");
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
