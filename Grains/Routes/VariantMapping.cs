using Aurora.Grains.Interfaces.Routes;
using Aurora.Scheduling.Statistics;

namespace Aurora.Grains.Routes;

/// <summary>From requests to what is stored of them, and from there to a report.</summary>
internal static class VariantMapping
{
    public static void Count(this StoredVariant seen, RouteSample sample)
    {
        seen.Requests++;
        if (sample.Failed)
        {
            // A refusal that comes at once would make a variant look fast.
            seen.Failures++;
            return;
        }

        seen.Latency = seen.Latency.With(sample.LatencyS);
        seen.FirstToken = seen.FirstToken.With(sample.FirstTokenS);
        seen.TokensPerS = seen.TokensPerS.With(sample.TokensPerS);
        seen.Cost = seen.Cost.With(sample.Cost);
    }

    public static VariantReport ToReport(this StoredVariant seen, RouteVariant variant, StoredVariant? first) => new(
        variant,
        seen.Since,
        seen.Requests,
        seen.Failures,
        ToView(ConfidenceInterval.OfShare(seen.Failures, seen.Requests)),
        ToView(seen.Latency, first?.Latency),
        ToView(seen.FirstToken, first?.FirstToken),
        ToView(seen.TokensPerS, first?.TokensPerS),
        ToView(seen.Cost, first?.Cost));

    private static StoredMoments With(this StoredMoments stored, double? value)
    {
        if (value is not { } number)
        {
            return stored;
        }

        var moments = stored.ToMoments().With(number);
        return new StoredMoments(moments.Count, moments.Mean, moments.SquaredDeviations);
    }

    private static RunningMoments ToMoments(this StoredMoments stored) => new(stored.Count, stored.Mean, stored.SquaredDeviations);

    private static MeasureView ToView(StoredMoments stored, StoredMoments? first) => new(
        stored.Count,
        ToView(ConfidenceInterval.OfMean(stored.ToMoments())),
        first is { } other ? ToView(ConfidenceInterval.OfDifference(stored.ToMoments(), other.ToMoments())) : null);

    private static IntervalView? ToView(ConfidenceInterval? interval) => interval is { } known ? new IntervalView(known.Value, known.Low, known.High) : null;
}
