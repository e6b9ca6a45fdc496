using System.Runtime.InteropServices;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// One place in one line. Of a task that asks for nothing out of the ordinary it is all that is kept, in 40 bytes without a reference, so
/// that a million of them are nothing to the garbage collector.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct WaitingRow
{
    /// <summary>The priority of what is kept as an object as well.</summary>
    private const int Whole = 0xFF;

    /// <summary>The highest priority that a row is made for.</summary>
    public const int PriorityMax = 10;

    private readonly ulong idHigh;
    private readonly ulong idLow;
    private readonly int numberAndPriority;

    public WaitingRow(CompactId id, int priority, long submittedTicks, int line)
    {
        (idHigh, idLow, numberAndPriority) = (id.High, id.Low, ((id.Number + 1) << 8) | priority);
        (SubmittedTicks, Line) = (submittedTicks, line);
    }

    /// <summary>In UTC ticks of 100 ns.</summary>
    public long SubmittedTicks { get; }

    /// <summary>The number of the line in which it stands.</summary>
    public int Line { get; }

    /// <summary>Index in the line's heap, kept by the line.</summary>
    public int Position { get; set; }

    /// <summary>The next row in its chain: of rows with ids of one hash, or of rows that are free; -1 for none.</summary>
    public int Next { get; set; }

    public readonly CompactId Id => new(idHigh, idLow, (numberAndPriority >> 8) - 1);

    public readonly int Priority => numberAndPriority & 0xFF;

    /// <summary>Whether an object is kept for it, which then has the task and the key.</summary>
    public readonly bool IsWhole => Priority == Whole;

    public static WaitingRow ForWhole(CompactId id, int line) => new(id, Whole, submittedTicks: 0, line);
}
