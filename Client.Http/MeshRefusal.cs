using System.Text.Json;
using Aurora.Client.Http.Json;

namespace Aurora.Client.Http;

/// <summary>A refusal as the mesh words it (RFC 9457). Where something else answered, only the status is known.</summary>
internal sealed record MeshRefusal(string? Title, string? Detail, string? Code, Dictionary<string, string[]>? Errors)
{
    /// <summary>The refusal in the answer, or null when the answer is none of the mesh's.</summary>
    public static async Task<MeshRefusal?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            // Bytes can be asked for twice, a stream cannot.
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, MeshJsonContext.Default.MeshRefusal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The exception that says what this answer means.</summary>
    public static async Task<AuroraMeshException> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var refusal = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        var detail = refusal?.Detail ?? refusal?.Title ?? $"{response.RequestMessage?.RequestUri} answered {status}; is that an Aurora mesh?";
        return status switch
        {
            401 or 403 => new AccessDeniedException(detail),
            422 when refusal?.Code is "idempotency_conflict" => new IdempotencyConflictException(detail),
            422 when refusal?.Errors is { } errors => new InvalidTaskException(detail, errors),
            _ => new AuroraMeshException(detail),
        };
    }
}
