namespace Aurora.Grains.Interfaces.Output;

/// <summary>A stretch of a task's output.</summary>
/// <param name="Items">In order; positions may jump where output was dropped or a new attempt began.</param>
/// <param name="Next">Where to read on; the next attempt's start once this one is complete.</param>
/// <param name="Attempt">The latest attempt that wrote anything; 0 while none has.</param>
/// <param name="IsComplete">Whether that attempt has written all of its output and this page reaches its end.</param>
[GenerateSerializer, Immutable, Alias("aurora.output-page")]
public sealed record OutputPage(
    [property: Id(0)] OutputItem[] Items,
    [property: Id(1)] long Next,
    [property: Id(2)] int Attempt,
    [property: Id(3)] bool IsComplete);

/// <summary>One piece of output and its place, see <see cref="OutputPosition"/>.</summary>
[GenerateSerializer, Immutable, Alias("aurora.output-item")]
public readonly record struct OutputItem(
    [property: Id(0)] long Position,
    [property: Id(1)] OutputKind Kind,
    [property: Id(2)] string Text);
