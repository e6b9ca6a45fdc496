using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Output;

/// <summary>Where an executor writes what its attempt puts out while it runs. Thread-safe.</summary>
internal interface IAttemptOutput
{
    /// <summary>
    /// Adds a piece; never waits and never throws. What the mesh does not take in time goes, the oldest first: a process must not
    /// stand still because nobody hears it.
    /// </summary>
    void Write(OutputKind kind, string text);

    /// <summary>
    /// The same for a piece that has a number of its own, from which a reader may resume: pieces come in order, and where numbers are
    /// missing they were lost before. All pieces of an attempt have one, or none has.
    /// </summary>
    void WriteAt(long number, OutputKind kind, string text) => Write(kind, text);

    /// <summary>Returns once so little is on its way that nothing written now will be lost; for output that must be whole.</summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);
}

/// <summary>Output that nobody wants.</summary>
internal sealed class NoOutput : IAttemptOutput
{
    public static NoOutput Instance { get; } = new();

    public void Write(OutputKind kind, string text)
    {
    }

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
