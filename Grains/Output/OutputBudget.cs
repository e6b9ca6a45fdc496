namespace Aurora.Grains.Output;

/// <summary>What the output of all tasks on this silo may take in memory.</summary>
internal sealed class OutputBudget
{
    /// <summary>Bytes for one task: some ten thousand tokens of a streamed answer, or the last pages of a log.</summary>
    public const long TaskBytesMax = 1L << 20;

    /// <summary>Bytes for all tasks of the silo.</summary>
    public const long SiloBytesMax = 256L << 20;

    private long used;

    /// <summary>Bytes in use.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Whether more may be taken.</summary>
    public bool HasRoom => Used < SiloBytesMax;

    /// <summary>Takes bytes, or gives them back when negative.</summary>
    public void Take(long bytes) => Interlocked.Add(ref used, bytes);
}
