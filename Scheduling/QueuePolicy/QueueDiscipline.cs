namespace Aurora.Scheduling.QueuePolicy;

/// <summary>What decides whose turn it is.</summary>
public enum QueueDiscipline
{
    /// <summary>First come, first served.</summary>
    Arrival,

    /// <summary>
    /// Least attained service, in steps: a task falls one level each time its GPU seconds pass a threshold, and inside
    /// a level the earlier submission goes first. Needs no duration. After Tiresias (Gu et al., NSDI 2019), section 4.
    /// </summary>
    LeastAttained,

    /// <summary>
    /// Shortest remaining service first, where service is GPUs times remaining seconds. Needs a duration for each task.
    /// </summary>
    ShortestRemaining,
}
