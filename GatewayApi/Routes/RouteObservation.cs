using System.Text.Json;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>What is seen of one request that goes by a route.</summary>
internal sealed class RouteObservation(ModelRoute route, RouteVariant variant, TimeProvider time)
{
    private const string Usage = "\"usage\"";

    private readonly long startedAt = time.GetTimestamp();
    private long? firstAt;
    private long? tokens;

    public RouteVariant Variant { get; } = variant;

    /// <summary>The answer did not become whole.</summary>
    public bool HasFailed { get; set; }

    /// <summary>An event of a streamed answer. Without a server's own count, each is taken for a token.</summary>
    public void SawEvent(string text)
    {
        firstAt ??= time.GetTimestamp();
        tokens = text.Contains(Usage, StringComparison.Ordinal) && TokensIn(text) is { } counted ? counted : (tokens ?? 0) + 1;
    }

    /// <summary>A whole answer.</summary>
    public void SawAnswer(string text) => tokens = TokensIn(text);

    /// <param name="pricePerSecond">What a request costs on its node; null when nobody knows.</param>
    public RouteSample End(double? pricePerSecond)
    {
        var now = time.GetTimestamp();
        var latency = time.GetElapsedTime(startedAt, now).TotalSeconds;
        double? first = firstAt is { } at ? time.GetElapsedTime(startedAt, at).TotalSeconds : null;
        var writing = latency - (first ?? 0);
        return new RouteSample(
            route.Name, Variant.Name, HasFailed, latency, first, tokens > 0 && writing > 0 ? tokens / writing : null, latency * pricePerSecond);
    }

    private static long? TokensIn(string text)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            return answer.RootElement.ValueKind is JsonValueKind.Object
                && answer.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
                && usage.TryGetProperty("completion_tokens", out var tokens) && tokens.ValueKind is JsonValueKind.Number && tokens.TryGetInt64(out var count)
                    ? count
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
