namespace Aurora.Scheduling.Cost;

/// <summary>Chooses the cheapest offer that keeps the deadline, and the soonest where none does.</summary>
public sealed class CheapestInTime
{
    private readonly IReadOnlyList<RentalOffer> offers;
    private readonly InterruptionModel interruptions;

    /// <summary>Throws <see cref="ArgumentException"/> without offers or on one out of range.</summary>
    public CheapestInTime(IReadOnlyList<RentalOffer> offers, InterruptionModel interruptions)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(interruptions);
        if (offers.Count == 0)
        {
            throw new ArgumentException("There must be at least one offer.", nameof(offers));
        }

        foreach (var offer in offers)
        {
            offer.Validate();
        }

        this.offers = offers;
        this.interruptions = interruptions;
    }

    /// <summary>The offer for a task that would start now.</summary>
    /// <param name="gpus">GPUs, at least 1.</param>
    /// <param name="workSeconds">Work in seconds at speed 1.</param>
    /// <param name="speeds">Progress per second on each offer, by its index; 0 where it cannot run, above 0 on one at least.</param>
    /// <param name="dueSeconds">Seconds from now to the deadline.</param>
    public OfferQuote Choose(int gpus, double workSeconds, IReadOnlyList<double> speeds, double dueSeconds)
    {
        ArgumentNullException.ThrowIfNull(speeds);
        var best = default(OfferQuote);
        var bestKey = (Late: true, Value: double.PositiveInfinity, Seconds: double.PositiveInfinity);
        for (var offer = 0; offer < offers.Count; offer++)
        {
            if (speeds[offer] <= 0)
            {
                continue;
            }

            var quote = Quote(offer, gpus, workSeconds / speeds[offer]);
            var late = quote.CautiousSeconds > dueSeconds;
            var key = (late, late ? quote.CautiousSeconds : quote.Usd, quote.CautiousSeconds);
            if (key.CompareTo(bestKey) < 0)
            {
                (best, bestKey) = (quote, key);
            }
        }

        return double.IsInfinity(bestKey.Value)
            ? throw new ArgumentException($"{nameof(speeds)} must be above 0 on at least one offer.", nameof(speeds))
            : best;
    }

    private OfferQuote Quote(int offer, int gpus, double runSeconds)
    {
        var (expected, cautious) = interruptions.RunSeconds(runSeconds, gpus, offers[offer].InterruptionsPerHour);
        return new OfferQuote(offer, expected / 3_600 * gpus * offers[offer].UsdPerGpuHour, expected, cautious);
    }
}
