namespace Aurora.Storage;

/// <summary>Names that other projects refer to.</summary>
public static class StorageNames
{
    /// <summary>The grain storage provider for small, slow-changing state.</summary>
    public const string Grains = "aurora";
}
