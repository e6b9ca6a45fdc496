using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.Bench.EndToEnd.Limits;

/// <summary>
/// What a POST costs on this machine when nothing is behind it: a Kestrel process of its own that reads the JSON body
/// of a task and answers like a submit.
/// </summary>
internal static class KestrelLimit
{
    /// <summary>The hidden verb with which the bench starts itself as that process.</summary>
    public const string Verb = "kestrel";

    private static readonly byte[] Answer = """{"task_id":"task_01HZX5J4GJ0000000000000000","status":"assigned","node":"bench-0"}"""u8.ToArray();

    public static int Serve(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(args[0]);
        var app = builder.Build();
        app.MapPost("/tasks/submit", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            context.Response.StatusCode = body.RootElement.TryGetProperty("task_type", out _) ? 200 : 422;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.BodyWriter.WriteAsync(Answer);
        });
        app.Run();
        return 0;
    }

    public static async Task<PostLimit> MeasureAsync(BenchPlan plan)
    {
        var server = new IPEndPoint(IPAddress.Loopback, FreePort());
        await using var process = ChildProcess.Start(typeof(KestrelLimit).Assembly.Location, [Verb, $"http://{server}"], new Dictionary<string, string>());
        await WaitUntilListeningAsync(server, process);
        await LoadGenerator.RunAsync(server, HttpRequests.Submit, plan.PostsSaturated / 4, plan.Connections);
        var single = await LoadGenerator.RunAsync(server, HttpRequests.Submit, plan.PostsOneAtATime, connections: 1);
        var saturated = await LoadGenerator.RunAsync(server, HttpRequests.Submit, plan.PostsSaturated, plan.Connections);
        return new PostLimit(single.Latency, Math.Round(plan.PostsSaturated / saturated.Elapsed.TotalSeconds));
    }

    private static async Task WaitUntilListeningAsync(IPEndPoint server, ChildProcess process)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            process.EnsureRunning();
            try
            {
                using var connection = await HttpConnection.ConnectAsync(server);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A bare POST: one at a time, and how many a second when saturated.</summary>
internal sealed record PostLimit(Latency OneAtATime, double PerSecond);
