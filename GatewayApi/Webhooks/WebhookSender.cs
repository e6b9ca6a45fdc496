using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Webhooks;

/// <summary>
/// Calls the webhooks of tasks that ended, at least once each. The store says whose turn it is, and a call that is taken by one gateway
/// is left alone by the others until it must have failed.
/// </summary>
internal sealed partial class WebhookSender(
    IGrainFactory grains, IOptions<AuroraGatewayOptions> options, TimeProvider time, ILogger<WebhookSender> logger) : BackgroundService
{
    /// <summary>Calls after which a webhook is given up; with the delays between them some five hours.</summary>
    public const int CallsMax = 10;

    private const int ClaimMax = 32;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LastDelay = TimeSpan.FromHours(1);

    private IWebhookGrain Outbox => grains.GetGrain<IWebhookGrain>(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.WebhookSecret is not { } secret)
        {
            return;
        }

        using var client = new HttpClient(WebhookConnection.CreateHandler(options.Value.WebhooksMayBePrivate)) { Timeout = CallTimeout };
        using var timer = new PeriodicTimer(options.Value.WebhookInterval, time);
        try
        {
            do
            {
                while (await SendDueAsync(client, secret, stoppingToken) == ClaimMax)
                {
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops; what was not settled is called again.
        }
    }

    private async Task<int> SendDueAsync(HttpClient client, byte[] secret, CancellationToken cancellation)
    {
        try
        {
            var due = await Outbox.ClaimAsync(ClaimMax, ClaimFor);
            await Task.WhenAll(due.Select(task => SendAsync(client, secret, task, cancellation)));
            return due.Length;
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            return 0;
        }
    }

    private async Task SendAsync(HttpClient client, byte[] secret, TaskView task, CancellationToken cancellation)
    {
        var (error, isFinal) = await CallAsync(client, secret, task, cancellation);
        var calls = task.Webhook!.Attempts;
        TimeSpan? again = error is null || isFinal || calls >= CallsMax ? null : DelayAfter(calls);
        if (error is not null)
        {
            LogCallFailed(task.TaskId, calls, error, again?.TotalSeconds);
        }

        await Outbox.SettleAsync(task.TaskId, again, error);
    }

    private async Task<(string? Error, bool IsFinal)> CallAsync(HttpClient client, byte[] secret, TaskView task, CancellationToken cancellation)
    {
        var body = BodyOf(task);
        var id = string.Create(CultureInfo.InvariantCulture, $"{task.TaskId}.{task.CompletedAt?.ToUnixTimeMilliseconds()}");
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, task.Controls!.Webhook)
        {
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            Headers = { { "User-Agent", $"Aurora/{AuroraGatewayOptions.Version}" } },
        };
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secret, id, now, body.Span));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? (null, false)
                : ($"it answered {(int)response.StatusCode}", response.StatusCode is HttpStatusCode.Gone);
        }
        catch (HttpRequestException exception)
        {
            return ($"it could not be called: {(exception.InnerException ?? exception).Message}", false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ($"it did not answer within {CallTimeout.TotalSeconds:0} s", false);
        }
    }

    private static ReadOnlyMemory<byte> BodyOf(TaskView task)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, JsonAnswer.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type", "task." + task.Status);
        writer.WriteString("timestamp", task.CompletedAt?.UtcDateTime ?? default);
        writer.WritePropertyName("data");
        TaskJson.Write(writer, task with { Payload = null });
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Five seconds, then three times as long each time up to an hour, and between half and one and a half of that.</summary>
    private TimeSpan DelayAfter(int calls)
    {
        var delay = options.Value.WebhookFirstDelay * Math.Pow(3, calls - 1);
        return (delay > LastDelay ? LastDelay : delay) * (0.5 + Random.Shared.NextDouble());
    }

    [LoggerMessage(LogLevel.Warning, "The webhook of task {TaskId} failed, call {Call}: {Error}; again in {Seconds} s")]
    private partial void LogCallFailed(string taskId, int call, string error, double? seconds);
}
