using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Aurora.Bench.EndToEnd.Http;

/// <summary>
/// One keep-alive HTTP/1.1 connection, written by hand: the load generator shares the machine with what it measures, so
/// it must cost as little as it can. It sends prepared bytes and keeps one buffer.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[8 * 1024];
    private int end;

    private HttpConnection(Socket socket) => this.socket = socket;

    public static async Task<HttpConnection> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
            return new HttpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request and reads the whole answer. Its body is valid until the next call.</summary>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[await socket.SendAsync(request)..];
        }

        end = 0;
        int headEnd;
        do
        {
            await FillAsync();
            headEnd = buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8);
        }
        while (headEnd < 0);

        var status = ParseStatus(buffer.AsSpan(0, headEnd));
        var bodyStart = headEnd + 4;
        var bodyLength = ContentLength(buffer.AsSpan(0, headEnd)) is { } announced
            ? await ReadExactAsync(bodyStart, announced)
            : await ReadChunkedAsync(bodyStart);
        return new HttpAnswer(status, buffer.AsMemory(bodyStart, bodyLength));
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<int> ReadExactAsync(int from, int length)
    {
        while (end - from < length)
        {
            await FillAsync();
        }

        return length;
    }

    /// <summary>Joins the chunks in place, so that the body lies in one piece.</summary>
    private async ValueTask<int> ReadChunkedAsync(int bodyStart)
    {
        var (next, written) = (bodyStart, bodyStart);
        while (true)
        {
            int lineLength;
            while ((lineLength = buffer.AsSpan(next, end - next).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync();
            }

            if (!Utf8Parser.TryParse(buffer.AsSpan(next, lineLength), out int size, out _, 'x'))
            {
                throw new IOException("The answer has a chunk without a size.");
            }

            var dataStart = next + lineLength + 2;
            await ReadExactAsync(dataStart, size + 2);
            if (size == 0)
            {
                return written - bodyStart;
            }

            buffer.AsSpan(dataStart, size).CopyTo(buffer.AsSpan(written));
            written += size;
            next = dataStart + size + 2;
        }
    }

    private async ValueTask FillAsync()
    {
        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = await socket.ReceiveAsync(buffer.AsMemory(end));
        if (read == 0)
        {
            throw new IOException("The server closed the connection.");
        }

        end += read;
    }

    private static int ParseStatus(ReadOnlySpan<byte> head) =>
        head.Length > 12 && Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _)
            ? status
            : throw new IOException("The answer is not HTTP.");

    /// <summary>The announced length, or null when the body comes in chunks.</summary>
    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) ? length
            : head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0 ? null
            : 0;
    }
}

/// <summary>An answer whose body lies in the connection's buffer.</summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <exception cref="IOException">The status is not 2xx.</exception>
    public HttpAnswer EnsureOk() => Status is >= 200 and < 300
        ? this
        : throw new IOException($"HTTP {Status}: {System.Text.Encoding.UTF8.GetString(Body.Span)}");
}
