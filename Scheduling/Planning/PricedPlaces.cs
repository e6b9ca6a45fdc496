using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>Nodes that a task could go to, as offers to rent: those of one price, speed and risk are one offer.</summary>
internal sealed class PricedPlaces(NodeTable table)
{
    private readonly Dictionary<(bool Owned, double PerGpuHour, double Interruptions, double Power), List<int>> offers = [];

    /// <summary>Power of the fastest owned GPU; 0 where none is owned.</summary>
    public double OwnedPower { get; private set; }

    public void Add(int ordinal, ShapeClass shapes)
    {
        ref readonly var row = ref table.Row(ordinal);
        var power = PowerOf(table, ordinal, shapes);
        if (power <= 0)
        {
            return;
        }

        var price = table.Nodes[ordinal].Facts.Price;
        var key = (row.Owned > 0, price.PerHour / row.GpuCount, price.InterruptionsPerHour, power);
        OwnedPower = key.Item1 ? Math.Max(OwnedPower, power) : OwnedPower;
        if (!offers.TryGetValue(key, out var ordinals))
        {
            offers.Add(key, ordinals = []);
        }

        ordinals.Add(ordinal);
    }

    /// <summary>What the cheapest rented place in time would cost, or the soonest where none is in time; null where none is rented.</summary>
    public OfferQuote? CheapestRented(InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double power = 0)
    {
        var rented = offers.Keys.Where(offer => !offer.Owned).ToList();
        if (rented.Count == 0)
        {
            return null;
        }

        return Choose(rented, interruptions, gpus, duration, due, power > 0 ? power : OwnedPower);
    }

    /// <summary>The rented places of an offer that <see cref="CheapestRented"/> quoted.</summary>
    public List<int> RentedOf(OfferQuote quote) => offers.Where(offer => !offer.Key.Owned).ElementAt(quote.Offer).Value;

    /// <summary>The owned places in time; where there is none, those of the cheapest offer in time; and of the soonest where none is in time.</summary>
    /// <param name="interruptions">What interruptions cost.</param>
    /// <param name="gpus">GPUs of the task.</param>
    /// <param name="duration">How long it takes at the power.</param>
    /// <param name="due">The time to its deadline.</param>
    /// <param name="power">The power of GPUs that counts as speed 1, above 0.</param>
    public List<int> CheapestInTime(InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double power)
    {
        var owned = offers.Where(offer => offer.Key.Owned && duration * (power / offer.Key.Power) <= due).SelectMany(offer => offer.Value).ToList();
        if (owned.Count > 0 || offers.Count == 0)
        {
            return owned;
        }

        var all = offers.Keys.ToList();
        return offers[all[Choose(all, interruptions, gpus, duration, due, power).Offer]];
    }

    /// <summary>Power of the fastest GPU of a node that the class may run on.</summary>
    public static double PowerOf(NodeTable table, int ordinal, ShapeClass shapes)
    {
        var power = 0.0;
        foreach (ref readonly var gpu in table.GpusOf(table.Row(ordinal)))
        {
            power = shapes.Match.AcceptsGpu(gpu.Type) ? Math.Max(power, gpu.Power) : power;
        }

        return power;
    }

    private static OfferQuote Choose(
        List<(bool Owned, double PerGpuHour, double Interruptions, double Power)> among, InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double power) =>
        new CheapestInTime([.. among.Select(offer => new RentalOffer("", offer.PerGpuHour, offer.Interruptions))], interruptions)
            .Choose(gpus, duration.TotalSeconds, [.. among.Select(offer => offer.Power / power)], due.TotalSeconds);
}
