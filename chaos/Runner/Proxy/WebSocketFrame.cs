using System.Buffers;
using System.Buffers.Binary;

namespace Aurora.Chaos.Runner.Proxy;

/// <summary>Finds where a WebSocket frame ends (RFC 6455, section 5.2); the payload stays as it is, masked or not.</summary>
internal static class WebSocketFrame
{
    private const int HeaderBytesMax = 14;
    private const byte FinalText = 0x81;

    /// <summary>The whole frame at the start of the buffer, or null while bytes are missing.</summary>
    public static (ReadOnlySequence<byte> Bytes, bool IsText)? TryRead(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[HeaderBytesMax];
        var known = (int)Math.Min(buffer.Length, HeaderBytesMax);
        buffer.Slice(0, known).CopyTo(header);
        if (known < 2)
        {
            return null;
        }

        var extended = (header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 };
        if (known < 2 + extended)
        {
            return null;
        }

        var payload = extended switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            8 => (long)BinaryPrimitives.ReadUInt64BigEndian(header[2..]),
            _ => header[1] & 0x7F,
        };
        var mask = (header[1] & 0x80) != 0 ? 4 : 0;
        var length = 2 + extended + mask + payload;
        return buffer.Length < length ? null : (buffer.Slice(0, length), header[0] == FinalText);
    }
}
