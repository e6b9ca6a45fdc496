using System.Globalization;
using System.Text.Json;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// Writes what a script puts out to files of a bounded size, from which an agent reads along, also one that was started later. It
/// never makes the script wait for the disk: what comes faster than about 2.6 million characters a second is counted and dropped.
/// </summary>
internal sealed class OutputLogWriter : IAsyncDisposable
{
    private const int PendingCharactersMax = 256 << 10;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    private readonly string directory;
    private readonly long segmentBytes;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim signal = new(0, 1);
    private readonly CancellationTokenSource ending = new();
    private readonly Task flushing;
    private Queue<(OutputKind Kind, string Text)> pending = new();
    private long pendingCharacters;
    private long dropped;
    private long number;
    private FileStream? segment;

    /// <param name="directory">Need not exist.</param>
    /// <param name="bytesMax">About how much is kept; what is older goes.</param>
    public OutputLogWriter(string directory, long bytesMax)
    {
        this.directory = directory;
        segmentBytes = Math.Max(1, bytesMax / OutputLogSegments.Count);
        flushing = FlushAsync();
    }

    public void Add(OutputKind kind, string text)
    {
        lock (gate)
        {
            pending.Enqueue((kind, text));
            pendingCharacters += text.Length;
            while (pendingCharacters > PendingCharactersMax && pending.Count > 1)
            {
                var length = pending.Dequeue().Text.Length;
                pendingCharacters -= length;
                dropped += length;
            }

            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    /// <summary>Writes what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await flushing;
        Write();
        segment?.Dispose();
        signal.Dispose();
        ending.Dispose();
    }

    private async Task FlushAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            await signal.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Write();
            await Task.Delay(FlushInterval, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Write()
    {
        Queue<(OutputKind Kind, string Text)> taken;
        long lost;
        lock (gate)
        {
            (taken, pending) = (pending, new Queue<(OutputKind, string)>());
            (lost, dropped, pendingCharacters) = (dropped, 0, 0);
        }

        try
        {
            if (lost > 0)
            {
                Write(OutputKind.Stderr, string.Create(
                    CultureInfo.InvariantCulture, $"[aurora] {lost} characters of output were dropped here: it came faster than it can be kept\n"));
            }

            foreach (var (kind, text) in taken)
            {
                Write(kind, text);
            }

            segment?.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk costs the log and not the run. A line may be cut, so that the next one starts a file of its own.
            segment?.Dispose();
            segment = null;
            number++;
        }
    }

    private void Write(OutputKind kind, string text)
    {
        if (segment is null || segment.Length >= segmentBytes)
        {
            Rotate();
        }

        segment!.Write(JsonSerializer.SerializeToUtf8Bytes(new OutputLogLine(number, kind, text), OutputLogJsonContext.Compact.OutputLogLine));
        segment.WriteByte((byte)'\n');
        number++;
    }

    private void Rotate()
    {
        segment?.Dispose();
        Journal.JournalDisk.CreatePrivateDirectory(directory);
        segment = new FileStream(OutputLogSegments.PathOf(directory, number), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        foreach (var old in OutputLogSegments.In(directory).SkipLast(OutputLogSegments.Count))
        {
            File.Delete(old);
        }
    }
}
