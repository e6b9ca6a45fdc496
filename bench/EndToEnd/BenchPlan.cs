namespace Aurora.Bench.EndToEnd;

/// <summary>How much is measured. Every count is bounded, so a run ends by itself.</summary>
internal sealed record BenchPlan
{
    public static IReadOnlyList<string> PhaseNames { get; } = ["latency", "singles", "batches", "drain"];

    /// <summary>Which of <see cref="PhaseNames"/> are measured.</summary>
    public IReadOnlySet<string> Phases { get; init; } = PhaseNames.ToHashSet();

    /// <summary>Keep-alive connections of a saturated run.</summary>
    public int Connections { get; init; } = 128;

    /// <summary>Tasks that each simulated node runs at once: enough that one node's slots are not what is measured.</summary>
    public int MaxParallel { get; init; } = 2_048;

    /// <summary>Node counts to compare; the first one also serves the latency run.</summary>
    public IReadOnlyList<int> Nodes { get; init; } = [1, 4, 100];

    public int Rounds { get; init; } = 5;

    /// <summary>
    /// Tasks before anything is measured: the runtime compiles a silo's hot code again in the background for about this
    /// long, on a third of its processor time.
    /// </summary>
    public int WarmUpTasks { get; init; } = 100_000;

    public int LatencyTasks { get; init; } = 2_000;

    public int SingleTasks { get; init; } = 30_000;

    public IReadOnlyList<int> BatchSizes { get; init; } = [1_000, 10_000];

    public int BatchTasks { get; init; } = 40_000;

    public int BatchConnections { get; init; } = 4;

    public IReadOnlyList<int> QueueDepths { get; init; } = [1_000, 100_000];

    /// <summary>Tasks that end while a queue depth is held.</summary>
    public int DrainTasks { get; init; } = 40_000;

    public int PostsOneAtATime { get; init; } = 5_000;

    public int PostsSaturated { get; init; } = 60_000;

    public TimeSpan InsertDuration { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A phase that takes longer than this has failed.</summary>
    public TimeSpan PhaseTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>A look at everything in well under a minute; its figures are rough.</summary>
    public static BenchPlan Quick { get; } = new()
    {
        Rounds = 1,
        WarmUpTasks = 2_000,
        LatencyTasks = 300,
        SingleTasks = 4_000,
        BatchTasks = 20_000,
        QueueDepths = [1_000, 20_000],
        DrainTasks = 10_000,
        PostsOneAtATime = 1_000,
        PostsSaturated = 20_000,
        InsertDuration = TimeSpan.FromSeconds(1),
    };
}
