namespace Aurora.Grains.Interfaces;

/// <summary>Names that every process of a mesh agrees on.</summary>
public static class MeshConstants
{
    /// <summary>The Orleans service id.</summary>
    public const string ServiceId = "aurora";

    /// <summary>The Orleans cluster id.</summary>
    public const string ClusterId = "aurora";

    /// <summary>The pool, and the key of its scheduler, that serves every task which names none.</summary>
    public const string DefaultPool = "default";

    /// <summary>Every task id starts with this.</summary>
    public const string TaskIdPrefix = "task_";

    /// <summary>One GB of GPU memory in bytes (the binary GB that GPU vendors print on the box).</summary>
    public const long BytesPerGb = 1L << 30;
}
