namespace Aurora.Scheduling.Cost;

/// <summary>
/// What a task must save per owned GPU hour to get owned GPUs. Owned GPUs cost the same used or not, so while there is
/// less of them than of work they belong to the tasks that would cost most to rent. When they are full, the bid is the saving at which the
/// work seen lately, dearest first, would fill <see cref="Overbooking"/> times what the owned GPUs could have done; while some are
/// free it is less in proportion, so that empty ones are taken by anybody and the last ones are left to those that save most.
/// </summary>
/// <param name="overbooking">
/// Above 0, and best above 1, since a task that finds no room is rented: aiming at a full house leaves gaps. docs/scheduling.md has what others were measured to cost.
/// </param>
public sealed class OwnedBid(double overbooking)
{
    /// <summary>Hours after which what was seen counts for 1/e: sixty days, since a mesh's work changes by season and not by the day.</summary>
    private const double MemoryHours = 60 * 24;

    // Savings are kept in steps of a thousandth, so that what is remembered does not grow with the tasks.
    private const double Step = 1.001;
    private const double DecayEveryHours = 1;

    private readonly SortedDictionary<int, double> hoursBySaving = new(Comparer<int>.Create((one, other) => other.CompareTo(one)));
    private double roomHours;
    private double? atHours;
    private double decayedAtHours;

    /// <summary>How much more work than fits is aimed at.</summary>
    public double Overbooking { get; } = overbooking;

    /// <summary>Lets time pass in which so many owned GPUs could work.</summary>
    /// <param name="nowHours">Hours since any one moment.</param>
    /// <param name="ownedGpus">Owned GPUs that are there, used or not; at least 0.</param>
    public void Advance(double nowHours, double ownedGpus)
    {
        if (atHours is not { } last)
        {
            (atHours, decayedAtHours) = (nowHours, nowHours);
            return;
        }

        if (nowHours <= last)
        {
            return;
        }

        roomHours += (nowHours - last) * ownedGpus;
        atHours = nowHours;
        if (nowHours - decayedAtHours >= DecayEveryHours)
        {
            Decay(Math.Exp((decayedAtHours - nowHours) / MemoryHours));
            decayedAtHours = nowHours;
        }
    }

    /// <summary>Remembers a task, whether it was taken or not.</summary>
    /// <param name="savingPerGpuHour">What it would cost to rent, by the GPU hour of owned GPUs that it would take; at least 0.</param>
    /// <param name="gpuHours">Those GPU hours.</param>
    public void Observe(double savingPerGpuHour, double gpuHours)
    {
        var step = StepOf(savingPerGpuHour);
        hoursBySaving[step] = hoursBySaving.GetValueOrDefault(step) + gpuHours;
    }

    /// <summary>Whether a task that saves so much is to have owned GPUs that are free.</summary>
    /// <param name="savingPerGpuHour">As it was observed.</param>
    /// <param name="freeAfter">The share of owned GPUs that would still be free beside the task, 0 to 1.</param>
    public bool Takes(double savingPerGpuHour, double freeAfter) =>
        Math.Pow(Step, StepOf(savingPerGpuHour)) >= Full() * (1 - Math.Clamp(freeAfter, 0, 1));

    /// <summary>What it remembers.</summary>
    public OwnedBidMemory Memory() => new(atHours ?? 0, decayedAtHours, roomHours, new Dictionary<int, double>(hoursBySaving));

    /// <summary>Takes over what another one remembers.</summary>
    public void SetAs(OwnedBidMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        (atHours, decayedAtHours, roomHours) = (memory.AtHours, memory.DecayedAtHours, memory.RoomHours);
        hoursBySaving.Clear();
        foreach (var (step, hours) in memory.HoursBySaving)
        {
            hoursBySaving.Add(step, hours);
        }
    }

    /// <summary>The bid while the owned GPUs are full; 0 where there is room for all.</summary>
    private double Full()
    {
        var room = roomHours * Overbooking;
        foreach (var (step, hours) in hoursBySaving)
        {
            room -= hours;
            if (room < 0)
            {
                return Math.Pow(Step, step);
            }
        }

        return 0;
    }

    private void Decay(double factor)
    {
        roomHours *= factor;
        foreach (var step in hoursBySaving.Keys.ToList())
        {
            hoursBySaving[step] *= factor;
        }
    }

    private static int StepOf(double saving) => (int)Math.Floor(Math.Log(Math.Max(saving, 1e-9)) / Math.Log(Step));
}

/// <summary>What an <see cref="OwnedBid"/> remembers.</summary>
/// <param name="AtHours">Until when time has passed.</param>
/// <param name="DecayedAtHours">When it last made less of what it remembers.</param>
/// <param name="RoomHours">GPU hours that the owned GPUs could have worked.</param>
/// <param name="HoursBySaving">GPU hours of the tasks that came, by the step of their saving.</param>
public sealed record OwnedBidMemory(double AtHours, double DecayedAtHours, double RoomHours, IReadOnlyDictionary<int, double> HoursBySaving);
