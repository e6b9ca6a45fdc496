namespace Aurora.GpuProbes.Apple;

/// <summary>How much of a Mac's memory its GPU may wire.</summary>
internal static class AppleMemory
{
    private const double LargestSmallMac = 36d * NominalMemory.GB;

    /// <summary>
    /// The limit that the owner set, else what macOS allows: two thirds of up to 36 GB (24 of 36), three quarters of more.
    /// </summary>
    /// <param name="wiredLimitMB">0 or null means that nobody set one.</param>
    public static long? UsableByGpu(double? memoryBytes, double? wiredLimitMB)
    {
        if (wiredLimitMB > 0)
        {
            return VendorNumber.Bytes(wiredLimitMB, 1 << 20);
        }

        return VendorNumber.Bytes(memoryBytes <= LargestSmallMac ? memoryBytes * 2 / 3 : memoryBytes * 3 / 4, 1);
    }
}
