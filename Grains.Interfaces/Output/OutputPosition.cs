namespace Aurora.Grains.Interfaces.Output;

/// <summary>
/// A place in a task's output as one growing number: the attempt, then the number of the piece within it. It is made of what
/// the node counts, so it names the same piece after any part of the mesh was restarted.
/// </summary>
public static class OutputPosition
{
    private const int SequenceBits = 44;

    /// <summary>The most pieces that one attempt can number.</summary>
    public const long SequenceMax = (1L << SequenceBits) - 1;

    /// <summary>Before everything.</summary>
    public const long Start = 0;

    /// <summary>The position of a piece; a sequence out of range is taken to the nearest in range.</summary>
    public static long Of(int attempt, long sequence) => ((long)attempt << SequenceBits) | Math.Clamp(sequence, 0, SequenceMax);

    /// <summary>The attempt that wrote the piece.</summary>
    public static int AttemptOf(long position) => (int)(position >> SequenceBits);

    /// <summary>The number of the piece within its attempt, from 0.</summary>
    public static long SequenceOf(long position) => position & SequenceMax;
}
