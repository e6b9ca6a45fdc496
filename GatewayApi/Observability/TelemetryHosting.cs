using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Observability;
using Aurora.Grains.Interfaces.Tracing;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aurora.GatewayApi.Observability;

/// <summary>Metrics for Prometheus always; metrics and traces over OTLP when the standard variables ask for them.</summary>
public static class TelemetryHosting
{
    // A thousand nodes with eight GPUs each; the SDK's own limit is 2,000 series of an instrument.
    private const int SeriesMax = 10_000;

    // The SDK sets 360 bytes aside for each series that an instrument might get, from the start. Orleans has more than a hundred instruments
    // with a few series each: at 2,000 they would take 80 MB.
    private const int OrleansSeriesMax = 100;
    private const string OrleansMeter = "Microsoft.Orleans";

    // The first visits every entry of Orleans' cache, a hundred thousand in a busy silo, and the Orleans Dashboard asks every second. The others
    // count the same message several times on its way, twice each since the dashboard has a reader of its own.
    private static readonly string[] LeftOut =
    [
        "orleans-directory-cache-size", "orleans-directory-lookups-", "orleans-messaging-processing-", "orleans-messaging-rerouted",
    ];

    /// <summary>Registers what exports. <paramref name="service"/> names the process where the variables do not.</summary>
    internal static void AddAuroraTelemetry(this IServiceCollection services, IConfiguration configuration, string service)
    {
        services.AddSingleton<GatewayInstruments>();
        var otlp = OtlpVariables.From(name => configuration[name]);
        var telemetry = services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(OrleansMeter, MetricNames.Meter, "Microsoft.AspNetCore.Hosting")
                .AddView("aurora.gpu.*", new MetricStreamConfiguration { CardinalityLimit = SeriesMax })
                .AddView(instrument => instrument.Meter.Name == OrleansMeter ? StreamOf(instrument.Name) : null)
                .AddPrometheusExporter();
            if (otlp.Metrics)
            {
                metrics.AddOtlpExporter();
            }
        });
        if (!otlp.NamesService)
        {
            telemetry.ConfigureResource(resource => resource.AddService(service, serviceVersion: AuroraGatewayOptions.Version));
        }

        if (otlp.Traces)
        {
            telemetry.WithTracing(tracing => tracing.AddSource(TraceSources.All).AddOtlpExporter());
        }
    }

    // Of two views that match, one that drops does not stop the other: each instrument has to have one.
    private static MetricStreamConfiguration StreamOf(string orleansInstrument) =>
        Array.Exists(LeftOut, name => orleansInstrument.StartsWith(name, StringComparison.Ordinal))
            ? MetricStreamConfiguration.Drop
            : new MetricStreamConfiguration { CardinalityLimit = OrleansSeriesMax };

    /// <summary>Carries traces over grain calls, where they are exported; a filter on every call is not for nothing.</summary>
    public static IClientBuilder AddAuroraTraces(this IClientBuilder client, IConfiguration configuration) =>
        OtlpVariables.From(name => configuration[name]).Traces ? client.AddActivityPropagation() : client;
}
