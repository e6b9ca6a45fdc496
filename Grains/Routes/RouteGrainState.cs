using Aurora.Grains.Interfaces.Routes;

namespace Aurora.Grains.Routes;

/// <summary>What is stored of the routes. Add fields, never rename.</summary>
[GenerateSerializer, Alias("aurora.route-state")]
public sealed class RouteGrainState
{
    [Id(0)]
    public ModelRoute[] Routes { get; set; } = [];

    /// <summary>By the names of route and variant, with a slash between them.</summary>
    [Id(1)]
    public Dictionary<string, StoredVariant> Seen { get; set; } = [];
}

/// <summary>What was seen of one variant.</summary>
[GenerateSerializer, Alias("aurora.stored-variant")]
public sealed class StoredVariant
{
    [Id(0)]
    public DateTimeOffset Since { get; set; }

    [Id(1)]
    public long Requests { get; set; }

    [Id(2)]
    public long Failures { get; set; }

    [Id(3)]
    public StoredMoments Latency { get; set; }

    [Id(4)]
    public StoredMoments FirstToken { get; set; }

    [Id(5)]
    public StoredMoments TokensPerS { get; set; }

    [Id(6)]
    public StoredMoments Cost { get; set; }
}

/// <summary>Mean and spread as stored.</summary>
[GenerateSerializer, Alias("aurora.stored-moments")]
public readonly record struct StoredMoments([property: Id(0)] long Count, [property: Id(1)] double Mean, [property: Id(2)] double SquaredDeviations);
