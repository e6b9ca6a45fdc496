namespace Aurora.Grains.Interfaces.Output;

/// <summary>Pieces of one attempt's output on their way from the node, in order and without a gap inside.</summary>
/// <param name="Attempt">The attempt that wrote them.</param>
/// <param name="From">The number of the first piece, from 0; also where the node stands when there are none.</param>
/// <param name="Oldest">The first piece that the node still has: nothing before it can be sent again.</param>
/// <param name="Pieces">May be empty: a question how far the mesh has the output.</param>
/// <param name="IsLast">Whether nothing of this attempt follows.</param>
[GenerateSerializer, Immutable, Alias("aurora.output-batch")]
public sealed record OutputBatch(
    [property: Id(0)] int Attempt,
    [property: Id(1)] long From,
    [property: Id(2)] long Oldest,
    [property: Id(3)] OutputPiece[] Pieces,
    [property: Id(4)] bool IsLast);

/// <summary>One piece of output.</summary>
[GenerateSerializer, Immutable, Alias("aurora.output-piece")]
public readonly record struct OutputPiece(
    [property: Id(0)] OutputKind Kind,
    [property: Id(1)] string Text);

/// <summary>The answer to an <see cref="OutputBatch"/>.</summary>
/// <param name="IsStale">A newer attempt writes now: nothing of this one is taken any more.</param>
/// <param name="Next">The piece that is wanted next; below what was sent when something has to be sent again.</param>
[GenerateSerializer, Immutable, Alias("aurora.output-receipt")]
public readonly record struct OutputReceipt(
    [property: Id(0)] bool IsStale,
    [property: Id(1)] long Next);
