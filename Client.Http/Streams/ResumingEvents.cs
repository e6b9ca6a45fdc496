using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Aurora.Client.Http.Streams;

/// <summary>
/// Server-sent events of the mesh that outlive their connection: each further one, at whichever gateway, goes on after the last
/// position that came.
/// </summary>
internal sealed class ResumingEvents(MeshHttpTransport transport, AuroraHttpMeshOptions options, TimeProvider time)
{
    /// <summary>The events up to the one named <c>end</c>, which is left out.</summary>
    /// <param name="path">With its query, for a first connection.</param>
    /// <param name="taskId">The task that the path is about; null for the mesh.</param>
    /// <param name="after">The position that was seen last; null for none.</param>
    /// <exception cref="TaskNotFoundException">The mesh says that the path's task is not known.</exception>
    /// <exception cref="MeshUnreachableException">It broke off again and again without anything new.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(string path, string? taskId, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var seen = after;
            using var connection = await ConnectAsync(path, taskId, after, cancellationToken).ConfigureAwait(false);
            await using var events = connection.Parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                var (next, broken) = await TryNextAsync(events, cancellationToken).ConfigureAwait(false);

                // A position may come without an event.
                after = connection.Parser.LastEventId is { Length: > 0 } position ? position : after;
                if (next is not { } item)
                {
                    failures = after == seen ? failures + 1 : 1;
                    if (failures >= options.TriesMax)
                    {
                        throw new MeshUnreachableException($"The mesh breaks this stream off again and again: {broken?.Message ?? "it ends early"}", broken);
                    }

                    transport.Avoid();
                    await Task.Delay(transport.Delay(failures), time, cancellationToken).ConfigureAwait(false);
                    break;
                }

                if (item.EventType == "end")
                {
                    yield break;
                }

                yield return item;
            }
        }
    }

    /// <summary>The next event; none at the end, and where the connection broke.</summary>
    public static async Task<(SseItem<string>? Next, Exception? Broken)> TryNextAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken cancellationToken)
    {
        try
        {
            return (await events.MoveNextAsync().ConfigureAwait(false) ? events.Current : null, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, failure);
        }
    }

    private async Task<Connection> ConnectAsync(string path, string? taskId, string? after, CancellationToken cancellationToken)
    {
        var response = await transport.OpenAsync(() => Describe(path, after), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!response.IsSuccessStatusCode)
            {
                throw response.StatusCode is HttpStatusCode.NotFound && taskId is not null
                    ? new TaskNotFoundException(taskId)
                    : await MeshRefusal.ExplainAsync(response, cancellationToken).ConfigureAwait(false);
            }

            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new Connection(response, SseParser.Create(new WatchfulStream(body, options.SilenceMax, time)));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static HttpRequestMessage Describe(string path, string? after)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        }

        return request;
    }

    /// <summary>One answer that is being read.</summary>
    private sealed record Connection(HttpResponseMessage Response, SseParser<string> Parser) : IDisposable
    {
        public void Dispose() => Response.Dispose();
    }
}
