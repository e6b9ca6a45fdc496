using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>Nodes that a task could go to, as offers to rent: those of one price, speed and risk are one offer. A task of several nodes takes them all of one.</summary>
/// <param name="table">The nodes.</param>
/// <param name="speeds">How fast the task runs.</param>
/// <param name="needed">Different nodes that it needs at once.</param>
internal sealed class PricedPlaces(NodeTable table, TaskSpeeds speeds, int needed)
{
    private readonly Dictionary<(bool Owned, double PerGpuHour, double Interruptions, double Speed), List<int>> offers = [];

    /// <summary>Speed on the fastest owned GPU; 0 where none is owned.</summary>
    public double OwnedSpeed { get; private set; }

    /// <summary>Hours on owned GPUs for an hour of the task's duration; of meaning where some are owned.</summary>
    public double OwnedHoursPerHour => speeds.AreTold ? 1 / OwnedSpeed : 1;

    public void Add(int ordinal, ShapeClass shapes)
    {
        ref readonly var row = ref table.Row(ordinal);
        var speed = SpeedOf(table, ordinal, shapes, speeds);
        if (speed <= 0)
        {
            return;
        }

        var price = table.Nodes[ordinal].Facts.Price;
        var key = (row.Owned > 0, price.PerHour / row.GpuCount, price.InterruptionsPerHour * needed, speed);
        OwnedSpeed = key.Item1 ? Math.Max(OwnedSpeed, speed) : OwnedSpeed;
        if (!offers.TryGetValue(key, out var ordinals))
        {
            offers.Add(key, ordinals = []);
        }

        ordinals.Add(ordinal);
    }

    /// <summary>What the cheapest rented place in time would cost on each of its nodes, or the soonest where none is in time; null where none is rented.</summary>
    public OfferQuote? CheapestRented(InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double one = 0)
    {
        var rented = Rented();
        return rented.Count == 0 ? null : Choose(rented, interruptions, gpus, duration, due, one > 0 ? one : speeds.AreTold ? 1 : OwnedSpeed);
    }

    /// <summary>The rented places of an offer that <see cref="CheapestRented"/> quoted.</summary>
    public List<int> RentedOf(OfferQuote quote) => offers[Rented()[quote.Offer]];

    /// <summary>
    /// The owned places in time; where there are too few, those of the cheapest offer in time, and of the soonest where none is in time. Null where
    /// no offer has places enough.
    /// </summary>
    /// <param name="interruptions">What interruptions cost.</param>
    /// <param name="gpus">GPUs of the task on each node.</param>
    /// <param name="duration">How long it takes at the speed that counts as 1.</param>
    /// <param name="due">The time to its deadline.</param>
    /// <param name="one">The speed that counts as 1, above 0.</param>
    public List<int>? CheapestInTime(InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double one)
    {
        var owned = offers.Where(offer => offer.Key.Owned && duration * (one / offer.Key.Speed) <= due).SelectMany(offer => offer.Value).ToList();
        if (owned.Count >= needed || offers.Count == 0)
        {
            return owned;
        }

        var all = offers.Where(offer => offer.Value.Count >= needed).Select(offer => offer.Key).ToList();
        return all.Count == 0 ? null : offers[all[Choose(all, interruptions, gpus, duration, due, one).Offer]];
    }

    /// <summary>Speed on the fastest GPU of a node that the class may run on.</summary>
    public static double SpeedOf(NodeTable table, int ordinal, ShapeClass shapes, TaskSpeeds speeds)
    {
        var fastest = 0.0;
        var gpus = table.GpusOf(table.Row(ordinal));
        for (var gpu = 0; gpu < gpus.Length; gpu++)
        {
            if (gpu > 0 && gpus[gpu].Type == gpus[gpu - 1].Type && gpus[gpu].Power == gpus[gpu - 1].Power)
            {
                continue;
            }

            fastest = shapes.Match.AcceptsGpu(gpus[gpu].Type) ? Math.Max(fastest, speeds.Of(table.Nodes[ordinal].Facts.Gpus[gpu].Type, gpus[gpu].Power)) : fastest;
        }

        return fastest;
    }

    private List<(bool Owned, double PerGpuHour, double Interruptions, double Speed)> Rented() =>
        [.. offers.Where(offer => !offer.Key.Owned && offer.Value.Count >= needed).Select(offer => offer.Key)];

    private static OfferQuote Choose(
        List<(bool Owned, double PerGpuHour, double Interruptions, double Speed)> among, InterruptionModel interruptions, int gpus, TimeSpan duration, TimeSpan due, double one) =>
        new CheapestInTime([.. among.Select(offer => new RentalOffer("", offer.PerGpuHour, offer.Interruptions))], interruptions)
            .Choose(gpus, duration.TotalSeconds, [.. among.Select(offer => offer.Speed / one)], due.TotalSeconds);
}
