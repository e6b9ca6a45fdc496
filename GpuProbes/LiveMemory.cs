namespace Aurora.GpuProbes;

/// <summary>
/// Turns a reading into used bytes of the nominal size, so that nominal minus used is what is really free.
/// What the driver holds back (24 GB on the box, 23.99 in the driver) counts as used: nobody can have it.
/// </summary>
internal static class LiveMemory
{
    /// <summary>Null when the reading does not tell.</summary>
    public static long? UsedOf(long nominalBytes, long? reportedBytes, GpuReading reading)
    {
        if (nominalBytes == 0 || reportedBytes is not { } reported)
        {
            return reading.MemoryUsedBytes;
        }

        var free = reading.MemoryFreeBytes ?? reported - reading.MemoryUsedBytes;
        return free is { } bytes ? Math.Clamp(nominalBytes - bytes, 0, nominalBytes) : null;
    }
}
