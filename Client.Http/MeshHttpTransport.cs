using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Aurora.Client.Http;

/// <summary>
/// Sends one call to the mesh until somebody answers: to the next address at once where one does not serve it, and when none does again after a pause
/// that grows, or that <c>Retry-After</c> asks for. A repeat for which <see cref="RetryBudget"/> has no token is sat out. Every call of this library may be
/// repeated; submits carry an idempotency key.
/// </summary>
internal sealed class MeshHttpTransport(HttpClient http, AuroraHttpMeshOptions options, TimeProvider time)
{
    private readonly Uri[] addresses = options.Addresses.Count > 0 ? [.. options.Addresses] : [new Uri(AuroraHttpMeshOptions.DefaultAddress)];
    private readonly RetryBudget budget = new(time);
    private int preferred;

    /// <summary>The answer, whatever its status, except those that say "later".</summary>
    /// <param name="describe">Makes the request; called once a try.</param>
    /// <param name="patience">How long the mesh was asked to wait before it answers.</param>
    /// <exception cref="MeshUnreachableException">No address gave an answer.</exception>
    /// <exception cref="QueueFullException">The line stayed full.</exception>
    public Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> describe, TimeSpan patience, CancellationToken cancellationToken) =>
        SendAsync(describe, patience, HttpCompletionOption.ResponseContentRead, cancellationToken);

    /// <summary>The same for an answer whose body is read as it comes; <paramref name="patience"/> is for its beginning.</summary>
    public Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> describe, TimeSpan patience, CancellationToken cancellationToken) =>
        SendAsync(describe, patience, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Asks another address next: the one that answered last broke its answer off.</summary>
    public void Avoid()
    {
        var index = Volatile.Read(ref preferred);
        Interlocked.CompareExchange(ref preferred, (index + 1) % addresses.Length, index);
    }

    /// <summary>The pause after so many failures in a row.</summary>
    public TimeSpan Delay(int failures) => Delay(failures, asked: null);

    private async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> describe, TimeSpan patience, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        Unanswered? last = null;
        for (var round = 1; ; round++)
        {
            // Other calls move what is preferred meanwhile; this one goes round by itself.
            var first = Volatile.Read(ref preferred);
            Unanswered? unanswered = null;
            for (var place = 0; place < addresses.Length && (round + place == 1 || budget.TryTake()); place++)
            {
                var index = (first + place) % addresses.Length;
                var (response, failure) = await TryAsync(addresses[index], describe, patience, completion, cancellationToken).ConfigureAwait(false);
                if (response is not null && !IsLater(response.StatusCode))
                {
                    budget.Answered(wasRepeat: round + place > 1);
                    return response;
                }

                Interlocked.CompareExchange(ref preferred, (index + 1) % addresses.Length, index);

                // One that answers knows more than one that is gone.
                if (response is not null || unanswered is not { Failure: null })
                {
                    unanswered = new Unanswered(
                        addresses[index],
                        failure?.Message ?? await ReasonAsync(response!, cancellationToken).ConfigureAwait(false),
                        failure,
                        response?.StatusCode is HttpStatusCode.TooManyRequests,
                        response?.Headers.RetryAfter);
                }

                response?.Dispose();
                if (unanswered.IsFull)
                {
                    // The line is of the whole mesh, whoever tells of it.
                    break;
                }
            }

            last = unanswered ?? last;
            if (round == options.TriesMax)
            {
                throw last!.ToException();
            }

            await Task.Delay(Delay(round, last!.Asked), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsLater(HttpStatusCode status) => (int)status is 429 or 502 or 503 or 504;

    private async Task<(HttpResponseMessage? Response, Exception? Failure)> TryAsync(
        Uri address, Func<HttpRequestMessage> describe, TimeSpan patience, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout + patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var request = describe();
        request.RequestUri = new Uri(address, request.RequestUri!);
        if (options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            var response = await http.SendAsync(request, completion, either.Token).ConfigureAwait(false);
            return (response, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new TimeoutException($"no answer within {(options.Timeout + patience).TotalSeconds:0.#} s"));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (null, failure);
        }
    }

    private TimeSpan Delay(int tries, RetryConditionHeaderValue? asked)
    {
        var doubled = options.RetryDelay * Math.Pow(2, tries - 1);
        var wanted = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : doubled);

        // Clients that failed together come back apart, also those that were all asked to wait equally long.
        var spread = (wanted > doubled ? wanted : doubled) * (0.5 * Random.Shared.NextDouble());
        var delay = (wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero) + spread;
        return delay < options.RetryDelayMax ? delay : options.RetryDelayMax;
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await MeshRefusal.ReadAsync(response, cancellationToken).ConfigureAwait(false))?.Detail
        ?? string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}");

    /// <summary>Why an address did not serve a call.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Reason">In words.</param>
    /// <param name="Failure">What came in the place of an answer; null where it answered.</param>
    /// <param name="IsFull">Whether the line was full.</param>
    /// <param name="Asked">How long it asked to wait.</param>
    private sealed record Unanswered(Uri Address, string Reason, Exception? Failure, bool IsFull, RetryConditionHeaderValue? Asked)
    {
        public Exception ToException() => IsFull
            ? new QueueFullException(Reason)
            : new MeshUnreachableException(Failure is null ? $"{Address} does not serve this call: {Reason}" : $"Nothing answers at {Address}: {Reason}", Failure);
    }
}
