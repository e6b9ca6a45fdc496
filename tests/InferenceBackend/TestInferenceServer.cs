using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.InferenceBackend;

/// <summary>
/// A small server that speaks OpenAI's protocol and stands for Ollama, vLLM or llama.cpp in tests, benchmarks and examples. It
/// has no model: its words are counted, its vectors are made of the letters of a text.
/// </summary>
public sealed class TestInferenceServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<JsonObject> requests = Channel.CreateUnbounded<JsonObject>();
    private readonly Channel<bool> abandoned = Channel.CreateUnbounded<bool>();
    private int inFlight;
    private int served;

    private TestInferenceServer(WebApplication app, BackendBehaviour behaviour)
    {
        this.app = app;
        Behaviour = behaviour;
    }

    public BackendBehaviour Behaviour { get; }

    public Uri Url => new(app.Urls.First());

    /// <summary>Requests under way.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>The most that were under way at once.</summary>
    public int InFlightMax { get; private set; }

    /// <summary>Requests that were begun.</summary>
    public int Served => Volatile.Read(ref served);

    /// <summary>Bodies in the order of their coming.</summary>
    public ChannelReader<JsonObject> Requests => requests.Reader;

    /// <summary>One entry for each request whose client went away before its end.</summary>
    public ChannelReader<bool> Abandoned => abandoned.Reader;

    /// <summary>The raw bodies, by number.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <param name="port">A loopback port; 0 for one that is free.</param>
    public static async Task<TestInferenceServer> StartAsync(BackendBehaviour? behaviour = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var server = new TestInferenceServer(builder.Build(), behaviour ?? new BackendBehaviour());
        server.Map();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Ends when the process is told to.</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        // Held requests would keep the server for the whole shutdown time.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private void Map()
    {
        app.MapGet("/v1/models", () => Results.Json(ModelShapes.List(Behaviour)));
        app.MapGet("/api/ps", () => Results.Json(ModelShapes.Loaded(Behaviour)));
        app.MapPost("/v1/chat/completions", context => ServeAsync(context, ChatShapes.Chat));
        app.MapPost("/v1/completions", context => ServeAsync(context, ChatShapes.Completion));
        app.MapPost("/v1/embeddings", context => ServeAsync(context, shapes: null));
    }

    private async Task ServeAsync(HttpContext context, ChatShapes? shapes)
    {
        Interlocked.Increment(ref served);
        InFlightMax = Math.Max(InFlightMax, Interlocked.Increment(ref inFlight));
        try
        {
            using var reader = new StreamReader(context.Request.Body);
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            Bodies.Enqueue(text);
            var body = JsonNode.Parse(text)!.AsObject();
            requests.Writer.TryWrite(body);
            if (Behaviour.RefusesWith is { } status)
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsJsonAsync(ModelShapes.Error($"refused with {status} on request"), context.RequestAborted);
                return;
            }

            await (shapes is null ? EmbedAsync(context, body)
                : body["stream"]?.GetValue<bool>() is true ? StreamAsync(context, body, shapes)
                : AnswerAsync(context, body, shapes));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            abandoned.Writer.TryWrite(true);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task StreamAsync(HttpContext context, JsonObject body, ChatShapes shapes)
    {
        context.Response.ContentType = "text/event-stream";
        for (var token = 0; token < Behaviour.Tokens; token++)
        {
            if (!await StepAsync(context, token))
            {
                return;
            }

            await WriteAsync(context, shapes.Event(body, token, Behaviour.Tokens).ToJsonString());
        }

        await WriteAsync(context, "[DONE]");
    }

    private async Task AnswerAsync(HttpContext context, JsonObject body, ChatShapes shapes)
    {
        for (var token = 0; token < Behaviour.Tokens; token++)
        {
            if (!await StepAsync(context, token))
            {
                return;
            }
        }

        await context.Response.WriteAsJsonAsync(shapes.Whole(body, Behaviour.Tokens), context.RequestAborted);
    }

    private async Task EmbedAsync(HttpContext context, JsonObject body)
    {
        if (await StepAsync(context, 0))
        {
            await context.Response.WriteAsJsonAsync(EmbeddingShapes.Answer(body), context.RequestAborted);
        }
    }

    /// <summary>What happens before a token; false when the connection was cut.</summary>
    private async Task<bool> StepAsync(HttpContext context, int token)
    {
        if (Behaviour.Hold is var (number, gate) && number == token)
        {
            await gate.WaitAsync(context.RequestAborted);
        }

        if (Behaviour.CutsBefore == token)
        {
            context.Abort();
            return false;
        }

        if (Behaviour.TokenDelay > TimeSpan.Zero)
        {
            await Task.Delay(Behaviour.TokenDelay, context.RequestAborted);
        }

        return true;
    }

    private static async Task WriteAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
