namespace Aurora.Scheduling.Cost;

/// <summary>
/// What a task must save per owned GPU hour to get owned GPUs. Owned GPUs cost the same used or not, so while there is
/// less of them than of work they belong to the tasks that would cost most to rent. When they are full, the bid is the saving at which the
/// work seen so far, dearest first, would fill <see cref="Overbooking"/> times what the owned GPUs could have done; while some are
/// free it is less in proportion, so that empty ones are taken by anybody and the last ones are left to those that save most.
/// </summary>
public sealed class OwnedBid(int ownedGpus, double overbooking)
{
    private readonly List<(double UsdPerGpuHour, double GpuHours)> seen = [];

    /// <summary>
    /// Above 1, since a task that finds no room at its submission is rented: aiming at a full house leaves gaps.
    /// </summary>
    public double Overbooking { get; } = overbooking;

    /// <summary>Remembers a task, whether it was taken or not.</summary>
    public void Observe(double usdPerGpuHour, double gpuHours) => seen.Add((usdPerGpuHour, gpuHours));

    /// <summary>The least saving per GPU hour that is taken after so many hours; 0 where there is room for all.</summary>
    /// <param name="elapsedHours">Hours since the first task.</param>
    /// <param name="freeAfter">Owned GPUs that would still be free beside the task; below 0 where it does not fit.</param>
    public double UsdPerGpuHour(double elapsedHours, int freeAfter) =>
        ownedGpus == 0 ? 0 : Full(elapsedHours) * (1 - (Math.Clamp(freeAfter, 0, ownedGpus) / (double)ownedGpus));

    private double Full(double elapsedHours)
    {
        var room = elapsedHours * ownedGpus * Overbooking;
        foreach (var (usd, hours) in seen.OrderByDescending(each => each.UsdPerGpuHour))
        {
            room -= hours;
            if (room < 0)
            {
                return usd;
            }
        }

        return 0;
    }
}
