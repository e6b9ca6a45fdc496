using System.Text;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// Reads along with the file to which a script may write how far it is, where its standard output is not its own to write to. The
/// script is free to put anything in its place: only a plain file is read, and only so much of it at a time.
/// </summary>
internal sealed class ProgressFile(string path, OutputLogWriter log)
{
    // A script that writes faster is known by its newest lines; what is passed over is counted nowhere, since nobody waits for it.
    private const int BytesPerLook = 256 << 10;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly ProgressLines lines = new(log);
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly byte[] buffer = new byte[BytesPerLook];
    private long offset;

    /// <summary>Reads until the script has ended, and then what is left. Whoever waits for it does so with patience: a file can hang.</summary>
    public Task FollowAsync(CancellationToken ended) => Task.Run(
        async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                Look();
                await Task.Delay(LookInterval, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Look();
            lines.EndLine();
        },
        CancellationToken.None);

    private void Look()
    {
        try
        {
            var file = new FileInfo(path);
            // A link could lead to what the script itself may not read, and opening a pipe waits for its other end; a pipe has no length.
            if (file.Exists && file.LinkTarget is null && file.Length is > 0 and var length && length != offset)
            {
                Read(length);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The script took it away again; the next look finds what is there then.
        }
    }

    private void Read(long length)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (length < offset)
        {
            // Written anew.
            Skip(0);
        }

        if (length - offset > buffer.Length)
        {
            Skip(length - buffer.Length);
        }

        var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(length - offset)), offset);
        offset += read;
        var characters = new char[Encoding.UTF8.GetMaxCharCount(read)];
        lines.Append(characters.AsSpan(0, decoder.GetChars(buffer.AsSpan(0, read), characters, flush: false)));
    }

    private void Skip(long to)
    {
        offset = to;
        decoder.Reset();
        lines.Forget();
    }
}
