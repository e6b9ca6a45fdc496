namespace Aurora.Scheduling.Packing;

/// <summary>The `pack` profile.</summary>
/// <param name="Scarcity">
/// How much dearer room becomes as it gets scarce: 0 counts lost room alone, 1 by the share of what is left that is lost.
/// From 0 to 2.
/// </param>
/// <param name="SizeDiscount">
/// How much less a task counts for being large: it is weighed by its GPUs to the power of minus this. From 0 to 1.
/// </param>
/// <param name="ChurnSizeWeight">
/// The power of its GPUs that a task is weighed by where as many tasks end as come (<see cref="Turnover"/>): whole nodes that come
/// free are lost to small tasks unless they are dear. In between the powers are mixed by the turnover's level. From 0 to 4.
/// </param>
/// <param name="ChurnShareWeight">The power of its share that a class is weighed by where as many tasks end as come; 1 while none does. From 0 to 1.</param>
public sealed record PackSettings(
    double Scarcity = 1, double SizeDiscount = 0.25, double ChurnSizeWeight = 2, double ChurnShareWeight = 0.5)
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the field and what it must be.</summary>
    public void Validate()
    {
        if (!(Scarcity is >= 0 and <= 2))
        {
            throw new ArgumentException($"{nameof(Scarcity)} is {Scarcity}; it must be from 0 to 2.", nameof(Scarcity));
        }

        if (!(SizeDiscount is >= 0 and <= 1))
        {
            throw new ArgumentException($"{nameof(SizeDiscount)} is {SizeDiscount}; it must be from 0 to 1.", nameof(SizeDiscount));
        }

        if (!(ChurnSizeWeight is >= 0 and <= 4))
        {
            throw new ArgumentException($"{nameof(ChurnSizeWeight)} is {ChurnSizeWeight}; it must be from 0 to 4.", nameof(ChurnSizeWeight));
        }

        if (!(ChurnShareWeight is >= 0 and <= 1))
        {
            throw new ArgumentException($"{nameof(ChurnShareWeight)} is {ChurnShareWeight}; it must be from 0 to 1.", nameof(ChurnShareWeight));
        }
    }
}
