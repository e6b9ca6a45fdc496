using System.Buffers;
using System.Text.Json;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Output;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// Reads along with the output log that a supervisor writes, and hands it to the mesh under the log's own numbers: an agent that
/// was started again sends the same pieces under the same numbers, and nobody sees them twice.
/// </summary>
internal sealed class OutputLogReader(string directory, IAttemptOutput output)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly ArrayBufferWriter<byte> rest = new();
    private string? current;
    private long offset;

    /// <summary>Reads until the run has ended, and then what is left.</summary>
    public async Task FollowAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await ReadAsync();
            await Task.Delay(LookInterval, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            foreach (var segment in OutputLogSegments.In(directory).Where(segment => string.CompareOrdinal(segment, current) >= 0).ToList())
            {
                if (segment != current)
                {
                    // A later file exists, so the one before is whole; what it got after the last look is read first.
                    if (current is not null && File.Exists(current))
                    {
                        await ReadSegmentAsync(current);
                    }

                    (current, offset) = (segment, 0);
                    rest.ResetWrittenCount();
                }

                await ReadSegmentAsync(segment);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file went while it was read, since newer ones are there; the next look finds those.
        }
    }

    private async Task ReadSegmentAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(offset, SeekOrigin.Begin);
        int read;
        while ((read = await file.ReadAsync(rest.GetMemory(64 << 10))) > 0)
        {
            offset += read;
            rest.Advance(read);
            TakeLines();
        }
    }

    private void TakeLines()
    {
        var text = rest.WrittenSpan;
        var taken = 0;
        while (text[taken..].IndexOf((byte)'\n') is var length and >= 0)
        {
            if (Parse(text.Slice(taken, length)) is { } line)
            {
                output.WriteAt(line.Number, line.Kind, line.Text);
            }

            taken += length + 1;
        }

        var left = text[taken..].ToArray();
        rest.ResetWrittenCount();
        rest.Write(left);
    }

    private static OutputLogLine? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, OutputLogJsonContext.Compact.OutputLogLine);
        }
        catch (JsonException)
        {
            // The disk was full when it was written.
            return null;
        }
    }
}
