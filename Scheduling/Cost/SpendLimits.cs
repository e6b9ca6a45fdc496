namespace Aurora.Scheduling.Cost;

/// <summary>The most money that may go to rented nodes; days and months are in UTC.</summary>
/// <param name="PerDay">For a day, at least 0; null for no limit.</param>
/// <param name="PerMonth">For a month, at least 0; null for no limit.</param>
public sealed record SpendLimits(double? PerDay = null, double? PerMonth = null)
{
    /// <summary>No limit.</summary>
    public static SpendLimits None { get; } = new();

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => PerDay is not null || PerMonth is not null;

    /// <summary>Whether both are what they may be.</summary>
    public bool IsValid => IsAmount(PerDay) && IsAmount(PerMonth);

    private static bool IsAmount(double? amount) => amount is null || (double.IsFinite(amount.Value) && amount >= 0);
}
