namespace Aurora.Scheduling.QueuePolicy;

/// <summary>A waiting or running task as the queue policy sees it. The policy reads it and never changes it.</summary>
public sealed class QueuedTask
{
    /// <summary>Position in arrival order: of equal tasks the lower number goes first. Unique.</summary>
    public required int Ordinal { get; init; }

    /// <summary>When it was submitted, in seconds from any fixed moment.</summary>
    public required double SubmittedSeconds { get; init; }

    /// <summary>GPUs that it needs, at least 1.</summary>
    public required int Gpus { get; init; }

    /// <summary>Progress per second on each GPU type, by the type's number; 0 where it cannot run.</summary>
    public required IReadOnlyList<double> SpeedByType { get; init; }

    /// <summary>GPU seconds that it has occupied so far.</summary>
    public double AttainedGpuSeconds { get; set; }

    /// <summary>Seconds of work left at speed 1; null where nobody knows.</summary>
    public double? RemainingSeconds { get; set; }

    /// <summary>Where it runs; empty while it waits.</summary>
    public IReadOnlyList<GpuShare> Place { get; set; } = [];

    /// <summary>Whether it holds GPUs now.</summary>
    public bool IsRunning => Place.Count > 0;
}
