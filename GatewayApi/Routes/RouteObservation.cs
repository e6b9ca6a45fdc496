using Aurora.GatewayApi.OpenAi;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>What is seen of one request that goes by a route.</summary>
internal sealed class RouteObservation(ModelRoute route, RouteVariant variant, TimeProvider time)
{
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
        tokens = TokenUsage.In(text) is { Output: > 0 and var counted } ? counted : (tokens ?? 0) + 1;
    }

    /// <summary>A whole answer.</summary>
    public void SawAnswer(string text) => tokens = TokenUsage.In(text)?.Output;

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
}
