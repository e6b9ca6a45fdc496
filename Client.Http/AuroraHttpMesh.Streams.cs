using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Aurora.Client.Abstractions.Observability;
using Aurora.Client.Abstractions.Requests;
using Aurora.Client.Http.Json;
using Aurora.Client.Http.Streams;

namespace Aurora.Client.Http;

/// <content>Events, logs, and answers as they are written.</content>
public sealed partial class AuroraHttpMesh
{
    private const string Done = "[DONE]";

    private ResumingEvents Events => new(transport, settings, clock);

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeshEvent> WatchAsync(string taskId, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in Events.ReadAsync($"{TaskPath(taskId)}/events", taskId, after, cancellationToken).ConfigureAwait(false))
        {
            yield return EventOf(item);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeshEvent> WatchMeshAsync(int recent = 0, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/mesh/events?recent={recent}");
        await foreach (var item in Events.ReadAsync(path, taskId: null, after, cancellationToken).ConfigureAwait(false))
        {
            yield return EventOf(item);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskOutput> ReadLogsAsync(
        string taskId, bool follow = false, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{TaskPath(taskId)}/logs?follow={(follow ? "true" : "false")}&from={from}");
        await foreach (var item in Events.ReadAsync(path, taskId, after: null, cancellationToken).ConfigureAwait(false))
        {
            if (OutputOf(item) is { } output)
            {
                yield return output;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<JsonElement> InferAsync(OpenAiRequest request, CancellationToken cancellationToken = default)
    {
        request.Validate();
        return await MeshTracing.RunAsync(MeshTracing.Infer(request), async () =>
        {
            using var response = await transport.SendAsync(() => Message(request, streams: false), settings.InferencePatience, cancellationToken).ConfigureAwait(false);
            await RefuseAsync(response, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(response, MeshJsonContext.Default.JsonElement, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonElement> StreamAsync(OpenAiRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request.Validate();
        using var span = MeshTracing.Infer(request);
        using var response = await transport.OpenAsync(() => Message(request, streams: true), settings.InferencePatience, cancellationToken).ConfigureAwait(false);
        await RefuseAsync(response, cancellationToken).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType is not "text/event-stream")
        {
            // A server that does not stream answers as a whole.
            yield return await ReadAsync(response, MeshJsonContext.Default.JsonElement, cancellationToken).ConfigureAwait(false);
            yield break;
        }

        await using var body = new WatchfulStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), settings.InferencePatience, clock);
        await using var events = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var (next, broken) = await ResumingEvents.TryNextAsync(events, cancellationToken).ConfigureAwait(false);
            if (next is not { } item)
            {
                throw new InferenceFailedException(broken is null ? "The answer broke off before its end." : $"The answer broke off: {broken.Message}", "upstream_failed");
            }

            if (item.Data == Done)
            {
                yield break;
            }

            var element = JsonSerializer.Deserialize(item.Data, MeshJsonContext.Default.JsonElement);
            yield return FailureIn(element) is { } failure ? throw failure : element;
        }
    }

    private static HttpRequestMessage Message(OpenAiRequest request, bool streams)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri("/" + request.Endpoint, UriKind.Relative))
        {
            Content = new StringContent(request.ToJson(streams).ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (request.Priority is { } priority)
        {
            message.Headers.Add("X-Aurora-Priority", priority.ToString(CultureInfo.InvariantCulture));
        }

        if (request.Session is { } session)
        {
            message.Headers.TryAddWithoutValidation("X-Aurora-Session", session);
        }

        return message;
    }

    private static async Task RefuseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        InferenceFailedException? failure = null;
        try
        {
            failure = FailureIn(JsonSerializer.Deserialize(body, MeshJsonContext.Default.JsonElement));
        }
        catch (JsonException)
        {
            // Something else than the mesh or an inference server answered.
        }

        throw response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? new AccessDeniedException(failure?.Message ?? "The key is missing, wrong, or lacks the scope.")
            : failure ?? new InferenceFailedException($"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}.");
    }

    private static InferenceFailedException? FailureIn(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object || !answer.TryGetProperty("error", out var error))
        {
            return null;
        }

        return error.ValueKind is JsonValueKind.Object && error.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String
            ? new InferenceFailedException(message.GetString()!, error.TryGetProperty("code", out var code) && code.ValueKind is JsonValueKind.String ? code.GetString() : null)
            : new InferenceFailedException(error.ToString());
    }

    private MeshEvent EventOf(SseItem<string> item)
    {
        if (item.EventType == MeshEvent.Gap)
        {
            return new MeshEvent(null, clock.GetUtcNow(), MeshEvent.Gap);
        }

        var data = JsonSerializer.Deserialize(item.Data, MeshJsonContext.Default.EventData)!;
        return new MeshEvent(string.IsNullOrEmpty(item.EventId) ? null : item.EventId, data.At, item.EventType, data.TaskId, data.Attempt, data.Node, data.Detail);
    }

    private static TaskOutput? OutputOf(SseItem<string> item)
    {
        var position = PositionOf(item);
        if (item.EventType == "progress")
        {
            // The upper part of a position is the attempt.
            return new TaskOutput(position, (int)(position >> 44), TaskOutputKind.Progress, item.Data);
        }

        return item.EventType is "stdout" or "stderr" && JsonSerializer.Deserialize(item.Data, MeshJsonContext.Default.OutputData) is { } data
            ? new TaskOutput(position, data.Attempt, item.EventType == "stdout" ? TaskOutputKind.Stdout : TaskOutputKind.Stderr, data.Text)
            : null;
    }

    private static long PositionOf(SseItem<string> item) =>
        long.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;
}
