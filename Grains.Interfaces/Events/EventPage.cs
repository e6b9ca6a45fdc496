namespace Aurora.Grains.Interfaces.Events;

/// <summary>A part of the event log.</summary>
/// <param name="Events">In order.</param>
/// <param name="Next">What to read after next time.</param>
/// <param name="HasGap">Whether events between the position asked for and this page are gone.</param>
/// <param name="Oldest">The position of the oldest event that is still there.</param>
[GenerateSerializer, Immutable, Alias("aurora.event-page")]
public sealed record EventPage(
    [property: Id(0)] MeshEvent[] Events,
    [property: Id(1)] long Next,
    [property: Id(2)] bool HasGap,
    [property: Id(3)] long Oldest)
{
    /// <summary>The most events of one page.</summary>
    public const int EventsMax = 2_000;

    /// <summary>Whether a reader that has seen everything up to a position can go on here without missing any.</summary>
    public bool Covers(long position) => position >= Oldest - 1 && position <= Next;
}
