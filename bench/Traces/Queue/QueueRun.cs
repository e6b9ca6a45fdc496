using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>A row of the queue decision log: one uninterrupted run of a job.</summary>
internal readonly record struct QueueRun(
    string JobId, double StartSeconds, double EndSeconds, IReadOnlyList<GpuShare> Place);
