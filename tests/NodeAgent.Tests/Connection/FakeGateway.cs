using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Aurora.NodeAgent.Tests.Connection;

/// <summary>
/// The mesh's WebSocket end on loopback, under the test's control: it answers no frame by itself. Files of tasks are taken and not kept, as a node waits for
/// the end of an upload before it reports the end of a script.
/// </summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpListener listener = new();
    private readonly Channel<FakeNodeSocket> sockets = Channel.CreateUnbounded<FakeNodeSocket>();
    private readonly ConcurrentBag<FakeNodeSocket> opened = [];
    private readonly Task accepting;

    /// <param name="port">0 takes a free one.</param>
    public FakeGateway(int port = 0)
    {
        Port = port == 0 ? FreePort() : port;
        listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public Uri Address => new($"ws://127.0.0.1:{Port}");

    /// <summary>The header that the last socket came with.</summary>
    public string? Authorization { get; private set; }

    /// <summary>What <c>/mesh/bootstrap</c> answers; null is 503.</summary>
    public string? Bootstrap { get; set; }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async Task<FakeNodeSocket> NextSocketAsync() => await sockets.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        listener.Close();
        await accepting;
        foreach (var socket in opened)
        {
            socket.Cut();
        }
    }

    private async Task AcceptAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                if (!context.Request.IsWebSocketRequest)
                {
                    await AnswerAsync(context.Request, context.Response);
                    continue;
                }

                Authorization = context.Request.Headers["Authorization"];
                var accepted = await context.AcceptWebSocketAsync(subProtocol: null);
                var socket = new FakeNodeSocket(accepted.WebSocket, context.Request.Url!.AbsolutePath, context.Response.Abort);
                opened.Add(socket);
                sockets.Writer.TryWrite(socket);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or WebSocketException or InvalidOperationException)
            {
                // The listener was stopped, or the other end went away meanwhile.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        if (request.Url!.AbsolutePath.StartsWith("/tasks/", StringComparison.Ordinal))
        {
            await request.InputStream.CopyToAsync(Stream.Null);
            response.StatusCode = request.HttpMethod == "PUT" ? 204 : 404;
        }
        else
        {
            response.StatusCode = Bootstrap is null ? 503 : 200;
            await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Bootstrap ?? ""));
        }

        response.Close();
    }
}
