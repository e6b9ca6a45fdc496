namespace Aurora.Scheduling.Lifecycle;

/// <summary>How much GPU memory a task needs after it ran out of it.</summary>
public static class GpuMemoryFloor
{
    private const double Growth = 1.5;

    /// <summary>
    /// Bytes that must be free on each GPU of the next attempt: half as much again as was reserved, and more than was free, since a
    /// reservation does not hold a task back. 0 when neither is known.
    /// </summary>
    /// <param name="reserved">Bytes that the attempt had reserved on each GPU.</param>
    /// <param name="free">Bytes of the fullest of its GPUs that no other attempt had reserved; 0 when nobody knows.</param>
    public static long After(long reserved, long free)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reserved);
        ArgumentOutOfRangeException.ThrowIfNegative(free);
        return Math.Max((long)Math.Ceiling(reserved * Growth), free > 0 ? free + 1 : 0);
    }
}
