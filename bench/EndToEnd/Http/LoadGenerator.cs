using System.Diagnostics;
using System.Net;

namespace Aurora.Bench.EndToEnd.Http;

/// <summary>Sends one request many times over a fixed number of connections, each with one request under way.</summary>
internal static class LoadGenerator
{
    public static async Task<Load> RunAsync(IPEndPoint server, byte[] request, int count, int connections)
    {
        var open = new List<HttpConnection>(connections);
        try
        {
            for (var i = 0; i < connections; i++)
            {
                open.Add(await HttpConnection.ConnectAsync(server));
            }

            var ticks = new long[count];
            var next = -1;
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(open.Select(connection => Task.Run(async () =>
            {
                int index;
                while ((index = Interlocked.Increment(ref next)) < count)
                {
                    var sent = Stopwatch.GetTimestamp();
                    (await connection.SendAsync(request)).EnsureOk();
                    ticks[index] = Stopwatch.GetTimestamp() - sent;
                }
            })));
            return new Load(Stopwatch.GetElapsedTime(started), Latency.Of(ticks));
        }
        finally
        {
            open.ForEach(connection => connection.Dispose());
        }
    }
}

/// <summary>How long the whole load took, and its requests one by one.</summary>
internal sealed record Load(TimeSpan Elapsed, Latency Latency);
