using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Chaos.Runner.History;

/// <summary>A file of JSON lines; each line is written out before the writer goes on.</summary>
internal sealed class HistoryFile<T> : IDisposable
{
    private readonly Lock exclusive = new();
    private readonly FileStream file;
    private readonly JsonTypeInfo<T> type;
    private bool disposed;

    public HistoryFile(string path, JsonTypeInfo<T> type)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        this.type = type;
    }

    /// <summary>Lines written so far.</summary>
    public long Lines { get; private set; }

    public void Add(T entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, type), (byte)'\n'];
        lock (exclusive)
        {
            // What ends during the teardown is not part of the run.
            if (!disposed)
            {
                file.Write(line);
                file.Flush();
                Lines++;
            }
        }
    }

    public void Dispose()
    {
        lock (exclusive)
        {
            disposed = true;
            file.Dispose();
        }
    }
}
