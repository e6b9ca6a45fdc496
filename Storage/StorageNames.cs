namespace Aurora.Storage;

/// <summary>Names of Orleans storage providers.</summary>
public static class StorageNames
{
    /// <summary>Small, slow-changing grain state.</summary>
    public const string Grains = "aurora";
}
