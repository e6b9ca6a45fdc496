using System.Threading.Channels;
using Aurora.Grains.Interfaces.Output;
using Aurora.NodeAgent.Output;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>Keeps what an executor puts out, in order.</summary>
internal sealed class RecordingOutput : IAttemptOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(long Number, OutputKind Kind, string Text)> pieces = Channel.CreateUnbounded<(long, OutputKind, string)>();

    public void Write(OutputKind kind, string text) => throw new InvalidOperationException("A script's pieces have numbers.");

    public void WriteAt(long number, OutputKind kind, string text) => pieces.Writer.TryWrite((number, kind, text));

    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The pieces up to the one whose text this is; fails when it does not come.</summary>
    public async Task<List<(long Number, OutputKind Kind, string Text)>> UntilAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new List<(long Number, OutputKind Kind, string Text)>();
        do
        {
            seen.Add(await pieces.Reader.ReadAsync(patience.Token));
        }
        while (seen[^1].Text != text);
        return seen;
    }

    /// <summary>What is there.</summary>
    public List<(long Number, OutputKind Kind, string Text)> All()
    {
        var seen = new List<(long Number, OutputKind Kind, string Text)>();
        while (pieces.Reader.TryRead(out var piece))
        {
            seen.Add(piece);
        }

        return seen;
    }
}
