using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>A route as it is shown.</summary>
internal sealed record RouteShown(string Name, IReadOnlyList<VariantShown> Variants)
{
    public static RouteShown From(ModelRoute route) => new(route.Name, [.. route.Variants.Select(VariantShown.From)]);
}

/// <summary>A variant as it is shown.</summary>
internal sealed record VariantShown(string Name, string Model, double Weight, Dictionary<string, string>? NodeLabels)
{
    public static VariantShown From(RouteVariant variant) => new(variant.Name, variant.Model, variant.Weight, variant.NodeLabels);
}

/// <summary>All routes.</summary>
internal sealed record RouteList(IReadOnlyList<RouteShown> Routes);

/// <summary>What was seen of a route's variants; the first is what the others are compared with.</summary>
internal sealed record RouteReport(string Route, IReadOnlyList<VariantReportShown> Variants)
{
    public static RouteReport From(string name, IEnumerable<VariantReport> variants) => new(name, [.. variants.Select(VariantReportShown.From)]);
}

/// <summary>What was seen of one variant.</summary>
/// <param name="FailureShare">With its 95 % confidence interval, as all values here.</param>
/// <param name="Cost">Of one request.</param>
internal sealed record VariantReportShown(
    string Name, string Model, double Weight, double Since, long Requests, long Failures, IntervalView? FailureShare,
    MeasureView LatencyS, MeasureView TimeToFirstTokenS, MeasureView TokensPerS, MeasureView Cost)
{
    public static VariantReportShown From(VariantReport report) => new(
        report.Variant.Name, report.Variant.Model, report.Variant.Weight, Json.TaskJson.UnixSeconds(report.Since), report.Requests, report.Failures,
        report.FailureShare, report.LatencyS, report.FirstTokenS, report.TokensPerS, report.Cost);
}
