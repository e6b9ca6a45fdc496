using Aurora.Bench.EndToEnd.Limits;

namespace Aurora.Bench.EndToEnd;

/// <summary>Everything one run measured.</summary>
internal sealed record BenchResults(
    DateTimeOffset At, int Processors, PostLimit BarePost, IReadOnlyList<StoreResults> Stores);

/// <summary>The mesh on one store. What belongs to a phase that was not asked for is null or empty.</summary>
/// <param name="InsertLimit">One-row commits on the same store, in the same run.</param>
/// <param name="OneAtATime">Submit to completed, one task after the other.</param>
/// <param name="OneAtATimeToBarePost">Its p50 as a multiple of a bare POST's.</param>
/// <param name="SinglesToBarePost">Saturated single submits as a share of bare POSTs a second.</param>
/// <param name="SinglesToInsertLimit">The same as a multiple of one-row commits a second over eight connections.</param>
/// <param name="MostToFewNodes">Throughput with the most nodes as a multiple of that with the second fewest.</param>
/// <param name="DeepToShallow">Draining with the deepest queue as a multiple of that with the shallowest.</param>
internal sealed record StoreResults(
    string Store,
    InsertLimit InsertLimit,
    Latency? OneAtATime,
    Dictionary<string, double>? OneAtATimeCpuPerTask,
    IReadOnlyList<Throughput> Throughputs,
    IReadOnlyList<Drain> Drains,
    double? OneAtATimeToBarePost,
    double? SinglesToBarePost,
    double? SinglesToInsertLimit,
    IReadOnlyDictionary<string, double> MostToFewNodes,
    double? DeepToShallow);

/// <summary>Saturated submits until every task is completed; the median round.</summary>
/// <param name="BatchSize">Tasks a request; 1 for single submits.</param>
/// <param name="TasksPerSecond">Durable and completed, end to end.</param>
/// <param name="AcceptedPerSecond">Durable and answered.</param>
/// <param name="Request">Latency of the submits themselves.</param>
/// <param name="CpuPerTask">Microseconds by process.</param>
internal sealed record Throughput(
    int Nodes,
    int BatchSize,
    double TasksPerSecond,
    double AcceptedPerSecond,
    Latency Request,
    Dictionary<string, double> CpuPerTask,
    IReadOnlyList<double> Rounds);

/// <summary>Draining while the queue is held at one depth.</summary>
/// <param name="TasksPerSecond">Tasks that ended a second while as many new ones kept the queue at its depth.</param>
/// <param name="PreloadedPerSecond">Tasks a second accepted into the queue while there was no node; null when it was filled with nodes.</param>
/// <param name="EmptiedPerSecond">Tasks a second from then until the queue was empty, nothing submitted.</param>
internal sealed record Drain(
    int Depth, double TasksPerSecond, double? PreloadedPerSecond, double EmptiedPerSecond, Dictionary<string, double> CpuPerTask);
