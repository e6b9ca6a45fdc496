namespace Aurora.Grains.Interfaces.Events;

/// <summary>
/// A place in the mesh's event log as one growing number: the scheduler's epoch, then the number of the event within it. It is
/// the same through every gateway, and a reader that comes back after the scheduler moved is seen to have missed something.
/// </summary>
public static class EventPosition
{
    private const int SequenceBits = 40;

    /// <summary>The position of an event.</summary>
    /// <param name="epoch">The scheduler's, from 1.</param>
    /// <param name="sequence">From 1; 0 is before the first.</param>
    public static long Of(long epoch, long sequence) => (epoch << SequenceBits) | sequence;

    /// <summary>The epoch of the scheduler that numbered the event.</summary>
    public static long EpochOf(long position) => position >> SequenceBits;

    /// <summary>The number of the event within its epoch.</summary>
    public static long SequenceOf(long position) => position & ((1L << SequenceBits) - 1);
}
