namespace Aurora.Scheduling.Accounting;

/// <summary>The books of one GPU.</summary>
internal struct GpuAccount
{
    /// <summary>Memory that attempts hold, in bytes.</summary>
    public long Reserved { get; private set; }

    /// <summary>Attempts that hold it.</summary>
    public int Attempts { get; private set; }

    /// <summary>Memory in use by anybody when the node last looked, in bytes; null when it does not tell.</summary>
    public long? Measured { get; set; }

    public void Book(int sign, long bytes)
    {
        Reserved += sign * bytes;
        Attempts += sign;
        if (sign < 0 && Measured is { } measured)
        {
            // The attempt's own use is part of the last measure and is gone with it. Without this, a GPU would stand
            // idle after every task until the node measures again.
            Measured = Math.Max(0, measured - bytes);
        }
    }
}
