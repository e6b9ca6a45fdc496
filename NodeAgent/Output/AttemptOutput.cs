using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Output;

/// <summary>
/// The output of one attempt, from its executor to the mesh. A piece goes at once while nothing is under way; what is written
/// meanwhile goes together. An attempt that writes nothing costs nothing.
/// </summary>
/// <param name="isResumed">Whether an earlier process of the agent may have sent pieces of this attempt.</param>
internal sealed class AttemptOutput(AttemptId attempt, OutputLink link, bool isResumed, TimeProvider time) : IAttemptOutput
{
    private const int PieceCharacters = 16 << 10;
    private const int BatchCharacters = 64 << 10;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    // Shows a mesh that lost the output what it lacks, and keeps it while the attempt is silent.
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(20);

    // What a mesh that is away longer has missed is lost; the result is not.
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private long lastWriteAt = time.GetTimestamp();
    private OutputBuffer? buffer;
    private Task sending = Task.CompletedTask;

    // Never disposed: sending may outlast the attempt, and its timer ends by itself.
    private CancellationTokenSource Discarded { get; } = new();

    /// <summary>For how long nothing was written.</summary>
    public TimeSpan Silent => time.GetElapsedTime(Volatile.Read(ref lastWriteAt));

    public void Write(OutputKind kind, string text)
    {
        Volatile.Write(ref lastWriteAt, time.GetTimestamp());
        if (kind is not (OutputKind.Stdout or OutputKind.Stderr) || text.Length <= PieceCharacters)
        {
            if (text.Length > 0)
            {
                Buffer().Write(kind, text);
            }

            return;
        }

        // A piece of a log has no meaning of its own, so it is cut to what travels well; a pair of surrogates stays whole.
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(PieceCharacters, text.Length - at);
            length -= at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]) ? 1 : 0;
            Buffer().Write(kind, text.Substring(at, length));
            at += length;
        }
    }

    public void WriteAt(long number, OutputKind kind, string text)
    {
        Volatile.Write(ref lastWriteAt, time.GetTimestamp());
        Buffer(isNumbered: true).SkipTo(number);
        Buffer().Write(kind, text);
    }

    public void Touch() => Volatile.Write(ref lastWriteAt, time.GetTimestamp());

    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (buffer is { } open && !open.HasRoom(out var room))
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing follows. Returns when the mesh has everything, or after <paramref name="patience"/>; what is left still goes out later.</summary>
    public Task CloseAsync(TimeSpan patience)
    {
        if (buffer is null)
        {
            return Task.CompletedTask;
        }

        buffer.Complete();
        if (!sending.IsCompleted)
        {
            Discarded.CancelAfter(KeptAfterEnd);
        }

        return sending.WaitAsync(patience, time);
    }

    /// <summary>Nobody wants the output any more.</summary>
    public void Discard()
    {
        Discarded.Cancel();
        buffer?.Discard();
    }

    private OutputBuffer Buffer(bool isNumbered = false)
    {
        lock (gate)
        {
            if (buffer is null)
            {
                buffer = new OutputBuffer();
                sending = Task.Run(() => SendAsync(buffer, isNumbered || !isResumed ? 0 : null));
            }

            return buffer;
        }
    }

    /// <param name="output">What is sent.</param>
    /// <param name="start">The number of its first piece; null where the numbers go on where an earlier process left off.</param>
    private async Task SendAsync(OutputBuffer output, long? start)
    {
        long next = 0;
        try
        {
            while (true)
            {
                // What is written while there is no connection goes together.
                await link.SessionAsync(Discarded.Token);
                var batch = start is null ? output.Ask(attempt.Attempt, 0) : output.Take(attempt.Attempt, next, BatchCharacters);
                if (batch is null)
                {
                    await output.WaitAsync().WaitAsync(AskInterval, time, Discarded.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    Discarded.Token.ThrowIfCancellationRequested();
                    batch = output.Take(attempt.Attempt, next, BatchCharacters) ?? output.Ask(attempt.Attempt, next);
                }

                var offset = start ?? 0;
                var receipt = await SendAsync(batch with { From = batch.From + offset, Oldest = batch.Oldest + offset });
                if (receipt.IsStale)
                {
                    output.Discard();
                    return;
                }

                if (start is null)
                {
                    start = receipt.Next;
                    continue;
                }

                next = receipt.Next - offset;
                output.Acknowledge(next);
                if (batch.IsLast && next >= batch.From + batch.Pieces.Length)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (Discarded.IsCancellationRequested)
        {
            // The attempt was stopped.
        }
    }

    private async Task<OutputReceipt> SendAsync(OutputBatch batch)
    {
        while (true)
        {
            var session = await link.SessionAsync(Discarded.Token);
            try
            {
                return await session.AppendOutputAsync(attempt.TaskId, batch, Discarded.Token);
            }
            catch (Exception) when (!Discarded.IsCancellationRequested)
            {
                // The batch is sent again, over this connection or the next; its numbers say what is new in it.
                await Task.Delay(RetryPause, time, Discarded.Token);
            }
        }
    }
}
