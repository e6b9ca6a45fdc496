using System.Diagnostics.Metrics;
using System.Reflection;
using Aurora.Grains.Interfaces.Observability;

namespace Aurora.GatewayApi.Observability;

/// <summary>Every metric of the gateway. A label holds what the mesh knows, never what a caller wrote.</summary>
internal sealed class GatewayInstruments
{
    private readonly LabelBudget models = new(limit: 64);
    private readonly UpDownCounter<long> sockets;
    private readonly Counter<long> replays;
    private readonly Counter<long> tokens;
    private readonly Histogram<double> firstToken;

    public GatewayInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MetricNames.Meter);
        var version = typeof(GatewayInstruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') ?? [""];
        meter.CreateObservableGauge(
            "aurora.build.info",
            () => new Measurement<int>(1, new("version", version[0]), new("commit", version.Length > 1 ? version[1] : "unknown")),
            unit: null,
            "1; what runs is in its labels.");
        sockets = meter.CreateUpDownCounter<long>("aurora.websocket.connections", "{connection}", "WebSockets of nodes that are open at this gateway.");
        replays = meter.CreateCounter<long>(
            "aurora.http.idempotent.replays", "{request}", "Requests that came again under their idempotency key and were answered with the first answer.");
        tokens = meter.CreateCounter<long>("aurora.llm.tokens", "{token}", "Tokens of requests at /v1, as the inference servers count them.");
        firstToken = meter.CreateHistogram<double>(
            "aurora.llm.time_to_first_token",
            "s",
            "From a streamed request at /v1 to the first part of its answer.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = MetricNames.FirstTokenBuckets });
    }

    public void SocketOpened() => sockets.Add(1);

    public void SocketClosed() => sockets.Add(-1);

    public void Replayed() => replays.Add(1);

    /// <param name="model">A model that the mesh has; null for one that no node lists.</param>
    public void CountTokens(string? model, long input, long output)
    {
        var label = new KeyValuePair<string, object?>("model", models.Of(model));
        tokens.Add(input, label, new("direction", "input"));
        tokens.Add(output, label, new("direction", "output"));
    }

    public void FirstToken(string? model, TimeSpan elapsed) => firstToken.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("model", models.Of(model)));
}
