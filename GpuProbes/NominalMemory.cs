namespace Aurora.GpuProbes;

/// <summary>
/// The memory size on the box, from what the driver reports.
/// <para>
/// A driver shows less than the vendor sells: firmware, page tables and ECC take their part, up to a thirteenth of the
/// card. So a report snaps up to the smallest size that is sold, if it is not more than 8 % below that (24564 MiB is 24 GB,
/// 46068 MiB with ECC on is 48 GB, 143771 MiB is 141 GB). Other reports go down to a whole GB: a promise that cannot be
/// kept is worse than a modest one. Below one GB the report stands.
/// </para>
/// </summary>
internal static class NominalMemory
{
    public const long GB = 1L << 30;

    private const double LargestShortfall = 0.08;

    private static readonly int[] SizesSoldGB =
    [
        1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 16, 18, 20, 24, 32, 36, 40, 48, 64, 72, 80, 94, 96, 120, 128, 141, 144, 180, 192, 256, 288,
    ];

    /// <summary>The nominal size in bytes of dedicated memory that the driver reports as this many bytes.</summary>
    public static long OfDedicated(long reportedBytes)
    {
        foreach (var size in SizesSoldGB)
        {
            var sold = size * GB;
            if (sold >= reportedBytes && sold - reportedBytes <= sold * LargestShortfall)
            {
                return sold;
            }
        }

        return OfShared(reportedBytes);
    }

    /// <summary>A share of host memory has no box: it is rounded down to a whole GB.</summary>
    public static long OfShared(long reportedBytes) =>
        reportedBytes >= GB ? reportedBytes / GB * GB : Math.Max(0, reportedBytes);

    /// <summary>The size to announce for a GPU; 0 where nobody knows.</summary>
    public static long Of(ProbedGpu gpu) => gpu switch
    {
        { MemoryBytes: null } => 0,
        { MemoryIsNominal: true } => gpu.MemoryBytes.Value,
        { UnifiedMemory: true } => OfShared(gpu.MemoryBytes.Value),
        _ => OfDedicated(gpu.MemoryBytes.Value),
    };
}
