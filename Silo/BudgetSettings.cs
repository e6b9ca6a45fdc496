using System.Globalization;
using Aurora.Grains.Interfaces;
using Aurora.Scheduling.Cost;

namespace Aurora.Silo;

/// <summary>Reads <c>AURORA_BUDGET_PER_DAY</c> and <c>AURORA_BUDGET_PER_MONTH</c>: an amount for every pool, and others for single ones.</summary>
internal static class BudgetSettings
{
    private const string Rule = "it must be an amount of at least 0, and for single pools POOL:AMOUNT, such as 20,train:100";

    /// <exception cref="SettingsException">A text cannot be meant.</exception>
    public static (SpendLimits Mesh, IReadOnlyDictionary<string, SpendLimits> Pools) Parse(string? perDay, string? perMonth)
    {
        var (day, month) = (Read("AURORA_BUDGET_PER_DAY", perDay), Read("AURORA_BUDGET_PER_MONTH", perMonth));
        var mesh = new SpendLimits(Of(day, ""), Of(month, ""));
        return (mesh, day.Keys.Union(month.Keys).Where(pool => pool.Length > 0).ToDictionary(
            pool => pool, pool => new SpendLimits(Of(day, pool) ?? mesh.PerDay, Of(month, pool) ?? mesh.PerMonth), StringComparer.Ordinal));
    }

    private static double? Of(Dictionary<string, double> amounts, string pool) => amounts.TryGetValue(pool, out var amount) ? amount : null;

    private static Dictionary<string, double> Read(string name, string? text)
    {
        var amounts = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var pool = colon < 0 ? "" : entry[..colon].Trim();
            if ((colon >= 0 && !PoolName.IsValid(pool))
                || !double.TryParse(entry[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
                || amount is not (>= 0 and < double.PositiveInfinity)
                || !amounts.TryAdd(pool, amount))
            {
                throw new SettingsException($"{name} is \"{text}\"; {Rule}.");
            }
        }

        return amounts;
    }
}
