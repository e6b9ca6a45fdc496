namespace Aurora.Scheduling.Cost;

/// <summary>What an offer would cost a task and how long it would take.</summary>
/// <param name="Offer">Index of the offer.</param>
/// <param name="Usd">Expected cost.</param>
/// <param name="ExpectedSeconds">Expected run time.</param>
/// <param name="CautiousSeconds">Run time with more interruptions than expected; what the deadline is held against.</param>
public readonly record struct OfferQuote(int Offer, double Usd, double ExpectedSeconds, double CautiousSeconds);
