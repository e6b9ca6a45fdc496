namespace Aurora.Grains.Interfaces.Routes;

/// <summary>Routes that split requests over variants, and what was seen of each. Key 0.</summary>
[GrainInterfaceType("aurora.routes")]
public interface IRouteGrain : IGrainWithIntegerKey
{
    /// <summary>Every route, by name; gateways keep it for at most a second.</summary>
    Task<ModelRoute[]> ListAsync();

    /// <summary>Creates or replaces a route. What was seen is kept for the variants that did not change.</summary>
    Task PutAsync(ModelRoute route);

    /// <summary>Forgets a route and what was seen of it; false when there is none.</summary>
    Task<bool> DeleteAsync(string name);

    /// <summary>Counts requests. Those of routes or variants that are gone are dropped; up to 5 s of them are lost with a silo.</summary>
    Task RecordAsync(RouteSample[] samples);

    /// <summary>What was seen of each variant; null when there is no such route.</summary>
    Task<VariantReport[]?> ReportAsync(string name);
}

/// <summary>A name that clients ask for as a model, and what stands for it.</summary>
[GenerateSerializer, Immutable, Alias("aurora.model-route")]
public sealed record ModelRoute(
    [property: Id(0)] string Name,
    [property: Id(1)] RouteVariant[] Variants);

/// <summary>One way to serve a request.</summary>
/// <param name="Name">Unique in its route.</param>
/// <param name="Weight">Its share of the requests is this over the sum of all weights; above 0.</param>
/// <param name="NodeLabels">Labels that the node must carry; null for any node.</param>
[GenerateSerializer, Immutable, Alias("aurora.route-variant")]
public sealed record RouteVariant(
    [property: Id(0)] string Name,
    [property: Id(1)] string Model,
    [property: Id(2)] double Weight,
    [property: Id(3)] Dictionary<string, string>? NodeLabels);

/// <summary>One request that went by a route. What could not be measured is null.</summary>
/// <param name="LatencyS">From the request to the end of its answer, in seconds.</param>
/// <param name="FirstTokenS">From the request to the first piece of a streamed answer, in seconds.</param>
/// <param name="TokensPerS">Tokens of the answer by the second.</param>
/// <param name="Cost">What the node costs for that time, in the operator's currency.</param>
[GenerateSerializer, Immutable, Alias("aurora.route-sample")]
public sealed record RouteSample(
    [property: Id(0)] string Route,
    [property: Id(1)] string Variant,
    [property: Id(2)] bool Failed,
    [property: Id(3)] double LatencyS,
    [property: Id(4)] double? FirstTokenS,
    [property: Id(5)] double? TokensPerS,
    [property: Id(6)] double? Cost);

/// <summary>What was seen of one variant. Latency, first token, tokens and cost are of requests that did not fail.</summary>
/// <param name="Since">When the counting began.</param>
[GenerateSerializer, Immutable, Alias("aurora.variant-report")]
public sealed record VariantReport(
    [property: Id(0)] RouteVariant Variant,
    [property: Id(1)] DateTimeOffset Since,
    [property: Id(2)] long Requests,
    [property: Id(3)] long Failures,
    [property: Id(4)] IntervalView? FailureShare,
    [property: Id(5)] MeasureView LatencyS,
    [property: Id(6)] MeasureView FirstTokenS,
    [property: Id(7)] MeasureView TokensPerS,
    [property: Id(8)] MeasureView Cost);

/// <summary>One measure of one variant.</summary>
/// <param name="Mean">With its 95 % confidence interval; null for fewer than two requests.</param>
/// <param name="Difference">From the mean of the route's first variant; null for that one itself, and where either has too few.</param>
[GenerateSerializer, Immutable, Alias("aurora.measure-view")]
public sealed record MeasureView(
    [property: Id(0)] long Count,
    [property: Id(1)] IntervalView? Mean,
    [property: Id(2)] IntervalView? Difference);

/// <summary>A value and its 95 % confidence interval.</summary>
[GenerateSerializer, Immutable, Alias("aurora.interval-view")]
public sealed record IntervalView(
    [property: Id(0)] double Value,
    [property: Id(1)] double Low,
    [property: Id(2)] double High);
