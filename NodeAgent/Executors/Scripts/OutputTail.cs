using System.Text;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Keeps the last bytes of a stream, however long it is.</summary>
internal sealed class OutputTail(int capacity)
{
    private readonly byte[] _ring = new byte[capacity];
    private readonly Lock _lock = new();

    /// <summary>How much came in all.</summary>
    public long TotalBytes { get; private set; }

    public bool IsTruncated => TotalBytes > capacity;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var kept = bytes.Length > capacity ? bytes[^capacity..] : bytes;
            var start = (int)((TotalBytes + bytes.Length - kept.Length) % capacity);
            var untilEnd = Math.Min(kept.Length, capacity - start);
            kept[..untilEnd].CopyTo(_ring.AsSpan(start));
            kept[untilEnd..].CopyTo(_ring);
            TotalBytes += bytes.Length;
        }
    }

    /// <summary>What is kept, as text that every store and JSON reader takes: bytes that are not UTF-8, and NUL, become U+FFFD.</summary>
    public string ToText()
    {
        lock (_lock)
        {
            var length = (int)Math.Min(TotalBytes, capacity);
            var end = (int)(TotalBytes % capacity);
            byte[] bytes = TotalBytes <= capacity ? _ring[..length] : [.. _ring[end..], .. _ring[..end]];
            var start = 0;
            while (IsTruncated && start < Math.Min(3, length) && (bytes[start] & 0xC0) == 0x80)
            {
                start++;
            }

            return Encoding.UTF8.GetString(bytes, start, length - start).Replace('\0', '\uFFFD');
        }
    }
}
