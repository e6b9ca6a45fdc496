using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Sharing;

/// <summary>The books of one tenant. A unit is a GPU that an attempt holds; an attempt without a GPU is one unit too.</summary>
internal sealed class TenantAccount(string name, bool isKnown)
{
    private double used;
    private DateTimeOffset at;

    public string Name { get; } = name;

    /// <summary>Whether it stays when it holds and wants nothing.</summary>
    public bool IsKnown { get; set; } = isKnown;

    public TenantPolicy Policy { get; set; } = TenantPolicy.Default;

    /// <summary>Why nothing more of it is placed on rented nodes; null for no reason.</summary>
    public string? RentRefusal { get; set; }

    public int GpusInUse { get; private set; }

    public int Placed { get; private set; }

    public int Units { get; private set; }

    /// <summary>Tasks in line; one with several shapes counts in each of their lines.</summary>
    public int Waiting { get; set; }

    /// <summary>Classes with tasks that its quota keeps waiting: nobody looked whether they fit.</summary>
    public HashSet<ShapeClass> HeldBack { get; } = [];

    /// <summary>What it used lately by its weight; kept by <see cref="FairShares"/> while a decision is made.</summary>
    public double Score { get; set; }

    /// <summary>Whether it used more than its share lately; kept likewise.</summary>
    public bool IsOver { get; set; }

    public bool WantsOrHolds => Waiting > 0 || Units > 0;

    /// <summary>Whether its quota refuses so many more GPUs. One that asks for more than the quota at once is refused for good.</summary>
    public bool IsFull(int gpus) => Policy.GpusMax is { } max && gpus > 0 && GpusInUse + gpus > max;

    /// <summary>Unit seconds, of which half is forgotten with every half-life.</summary>
    public double UsedAt(DateTimeOffset now, TimeSpan halfLife)
    {
        if (now > at)
        {
            var left = Math.Pow(0.5, (now - at) / halfLife);
            used = (used * left) + (Units * halfLife.TotalSeconds / Math.Log(2) * (1 - left));
            at = now;
        }

        return used;
    }

    public void Count(int gpus, int sign)
    {
        GpusInUse += sign * gpus;
        Placed += sign;
        Units += sign * Math.Max(1, gpus);
    }
}
