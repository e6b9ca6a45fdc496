using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Aurora.Chaos.Runner.Proxy;

/// <summary>One connection: a WebSocket frame by frame, anything else byte by byte.</summary>
internal sealed class ProxyConnection(Socket client, Uri target, LinkRules rules) : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>The node whose WebSocket this is; null for other requests and before the first one is read.</summary>
    public string? Node { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        client.NoDelay = true;
        await using var clientStream = new NetworkStream(client);
        var fromClient = PipeReader.Create(clientStream);
        var request = await ReadHeadAsync(fromClient, cancellation);
        var node = NodeOf(request);
        if (node is not null)
        {
            await rules.PassableAsync(node, cancellation);
        }

        await server.ConnectAsync(target.Host, target.Port, cancellation);
        await using var serverStream = new NetworkStream(server);
        await serverStream.WriteAsync(request, cancellation);
        var fromServer = PipeReader.Create(serverStream);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (node is null)
        {
            await Task.WhenAny(CopyAsync(fromClient, serverStream, ended.Token), CopyAsync(fromServer, clientStream, ended.Token));
        }
        else
        {
            Node = node;
            await clientStream.WriteAsync(await ReadHeadAsync(fromServer, cancellation), cancellation);
            await Task.WhenAny(
                PumpAsync(fromClient, serverStream, node, ended.Token), PumpAsync(fromServer, clientStream, node, ended.Token));
        }

        await ended.CancelAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    private async Task PumpAsync(PipeReader from, Stream to, string node, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await from.ReadAsync(cancellation);
            var rest = read.Buffer;
            while (WebSocketFrame.TryRead(rest) is { } frame)
            {
                await rules.PassableAsync(node, cancellation);
                var bytes = frame.Bytes.ToArray();
                for (var copies = frame.IsText ? rules.Copies(node) : 1; copies > 0; copies--)
                {
                    await to.WriteAsync(bytes, cancellation);
                }

                rest = rest.Slice(frame.Bytes.End);
            }

            from.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static Task CopyAsync(PipeReader from, Stream to, CancellationToken cancellation) => from.CopyToAsync(to, cancellation);

    private static async Task<byte[]> ReadHeadAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var head = read.Buffer.ToArray();
            var end = head.AsSpan().IndexOf(HeadEnd);
            if (end >= 0)
            {
                reader.AdvanceTo(read.Buffer.GetPosition(end + HeadEnd.Length));
                return head[..(end + HeadEnd.Length)];
            }

            if (read.IsCompleted)
            {
                throw new IOException("The connection ended within a head.");
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The node in <c>GET /ws/{node}…</c>, or null for another request.</summary>
    private static string? NodeOf(byte[] request)
    {
        const string Before = "/ws/";
        var path = Encoding.ASCII.GetString(request.AsSpan(0, request.AsSpan().IndexOf((byte)'\r'))).Split(' ') is [_, var target, _] ? target : "";
        return path.StartsWith(Before, StringComparison.Ordinal) ? path[Before.Length..].Split('?')[0] : null;
    }
}
