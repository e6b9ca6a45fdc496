using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>
/// An inference server on a free loopback port. It speaks HTTP/1.1 over a bare socket, one request per connection, so that
/// it sees when its peer goes away and can go away itself in the middle of an answer.
/// </summary>
internal sealed class FakeOpenAiServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public FakeOpenAiServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The answer to each path; a path without one is 404.</summary>
    public ConcurrentDictionary<string, Func<JsonNode?, (int Status, string Body)>> Answers { get; } = new();

    /// <summary>Paths whose requests are taken and never answered.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>Paths whose connection is cut after half of the answer.</summary>
    public ConcurrentDictionary<string, bool> Cut { get; } = new();

    public ConcurrentQueue<(string Path, JsonNode? Body, string Head)> Requests { get; } = new();

    /// <summary>Completes when a request is being kept waiting.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the peer of a waiting request has gone.</summary>
    public TaskCompletionSource PeerGone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeOpenAiServer Answer(string path, string body, int status = 200)
    {
        Answers[path] = _ => (status, body);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            var (head, body) = await ReadAsync(stream);
            var path = head.Split(' ')[1];
            Requests.Enqueue((path, body, head));
            if (Silent.ContainsKey(path))
            {
                Waiting.TrySetResult();
                if (await stream.ReadAsync(new byte[1], _stopping.Token) == 0)
                {
                    PeerGone.TrySetResult();
                }

                return;
            }

            var (status, text) = Answers.TryGetValue(path, out var answer) ? answer(body) : (404, "not found");
            var bytes = Encoding.UTF8.GetBytes(text);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n")));
            await stream.WriteAsync(Cut.ContainsKey(path) ? bytes.AsMemory(0, bytes.Length / 2) : bytes);
        }
        catch (IOException)
        {
            PeerGone.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<(string Head, JsonNode? Body)> ReadAsync(NetworkStream stream)
    {
        var received = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var text = Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end].Split("\r\n").Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    .Select(line => int.Parse(line[15..], CultureInfo.InvariantCulture)).FirstOrDefault();
                if (received.Length >= Encoding.UTF8.GetByteCount(text[..(end + 4)]) + length)
                {
                    return (text[..end], length == 0 ? null : JsonNode.Parse(text[(end + 4)..]));
                }
            }

            var read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0)
            {
                throw new IOException("The peer left before its request was whole.");
            }

            received.Write(buffer, 0, read);
        }
    }
}
