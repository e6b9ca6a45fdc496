namespace Aurora.Scheduling.Cost;

/// <summary>GPUs to rent.</summary>
/// <param name="Name">How the operator names the offer.</param>
/// <param name="UsdPerGpuHour">Price, at least 0.</param>
/// <param name="InterruptionsPerHour">Expected interruptions per hour of eight GPUs; 0 on demand.</param>
public sealed record RentalOffer(string Name, double UsdPerGpuHour, double InterruptionsPerHour)
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the field and what it must be.</summary>
    public void Validate()
    {
        if (!(UsdPerGpuHour >= 0))
        {
            throw new ArgumentException($"{nameof(UsdPerGpuHour)} of {Name} must be at least 0.", nameof(UsdPerGpuHour));
        }

        if (InterruptionsPerHour is not (>= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentException($"{nameof(InterruptionsPerHour)} of {Name} must be at least 0.", nameof(InterruptionsPerHour));
        }
    }
}
