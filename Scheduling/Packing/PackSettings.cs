namespace Aurora.Scheduling.Packing;

/// <summary>The `pack` profile.</summary>
/// <param name="Scarcity">
/// How much dearer room becomes as it gets scarce: 0 counts lost room alone, 1 by the share of what is left that is lost.
/// From 0 to 2.
/// </param>
/// <param name="SizeDiscount">
/// How much less a task counts for being large: it is weighed by its GPUs to the power of minus this. From 0 to 1.
/// </param>
public sealed record PackSettings(double Scarcity = 1, double SizeDiscount = 0.25)
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
    }
}
