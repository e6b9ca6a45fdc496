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

    /// <summary>Shows that the attempt goes on, and puts nothing out.</summary>
    void Touch()
    {
    }

    /// <summary>Returns once so little is on its way that nothing written now will be lost; for output that must be whole.</summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);
}

/// <summary>The output of a member of a gang beside rank 0: nobody reads it, and it shows that the member goes on.</summary>
internal sealed class MemberOutput(IAttemptOutput output) : IAttemptOutput
{
    public void Write(OutputKind kind, string text) => output.Touch();

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
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
