namespace Aurora.Grains.Interfaces.Tracing;

/// <summary>
/// Whether the standard variables ask for OTLP (OpenTelemetry specification, "Environment Variable Specification" and "OTLP Exporter
/// Configuration"). Without an address nothing is exported, and no activity is made.
/// </summary>
public sealed record OtlpVariables(bool Traces, bool Metrics)
{
    /// <summary>Whether the variables name the service themselves.</summary>
    public bool NamesService { get; private init; }

    /// <param name="read">The value of a variable; null when it is not set.</param>
    public static OtlpVariables From(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var isOff = string.Equals(read("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        var hasAddress = IsSet("OTEL_EXPORTER_OTLP_ENDPOINT");
        return new OtlpVariables(Wants("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), Wants("OTEL_METRICS_EXPORTER", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"))
        {
            NamesService = IsSet("OTEL_SERVICE_NAME") || (read("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.name=", StringComparison.Ordinal) ?? false),
        };

        bool IsSet(string name) => !string.IsNullOrWhiteSpace(read(name));

        bool Wants(string exporter, string address) => !isOff && read(exporter) switch
        {
            null or "" => hasAddress || IsSet(address),
            var choice => choice.Split(',').Select(name => name.Trim()).Contains("otlp", StringComparer.OrdinalIgnoreCase),
        };
    }
}
