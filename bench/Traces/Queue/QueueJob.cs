using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>A trace row while it is replayed.</summary>
internal sealed class QueueJob(QueuedTask task, string id, double submittedSeconds, double durationSeconds)
{
    public QueuedTask Task { get; } = task;

    public string Id { get; } = id;

    public double SubmittedSeconds { get; } = submittedSeconds;

    /// <summary>Seconds of work left at speed 1.</summary>
    public double WorkLeft { get; set; } = durationSeconds;

    public double StartedSeconds { get; set; }

    /// <summary>When the present run is past its restart and makes progress.</summary>
    public double WorksFromSeconds { get; set; }

    public double Speed { get; set; }

    public bool HasRun { get; set; }

    public double EndedSeconds { get; set; } = double.NaN;
}
