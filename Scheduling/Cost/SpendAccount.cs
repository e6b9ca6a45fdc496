using System.Globalization;

namespace Aurora.Scheduling.Cost;

/// <summary>What went to rented nodes on the current day and in the current month, in UTC.</summary>
public sealed class SpendAccount
{
    private DateOnly day;
    private double today;
    private double thisMonth;

    /// <summary>Counts money that was spent at a time; of an earlier month nothing is kept.</summary>
    public void Add(DateTimeOffset at, double amount)
    {
        Turn(at);
        var spentOn = DateOnly.FromDateTime(at.UtcDateTime);
        today += spentOn == day ? amount : 0;
        thisMonth += (spentOn.Year, spentOn.Month) == (day.Year, day.Month) ? amount : 0;
    }

    /// <summary>Which limit is reached, in words; null while none is.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time; days never turn back.</param>
    /// <param name="running">What attempts cost so far that run now; they count on the current day.</param>
    public string? WhySpent(SpendLimits limits, DateTimeOffset now, double running)
    {
        ArgumentNullException.ThrowIfNull(limits);
        Turn(now);
        return limits switch
        {
            { PerDay: { } perDay } when today + running >= perDay => Say(perDay, "a day", today + running, "today"),
            { PerMonth: { } perMonth } when thisMonth + running >= perMonth => Say(perMonth, "a month", thisMonth + running, "this month"),
            _ => null,
        };
    }

    private static string Say(double limit, string per, double spent, string when) =>
        string.Create(CultureInfo.InvariantCulture, $"the budget of {limit:0.##} {per} is spent ({spent:0.##} {when}, UTC)");

    private void Turn(DateTimeOffset now)
    {
        var date = DateOnly.FromDateTime(now.UtcDateTime);
        if (date > day)
        {
            thisMonth = (date.Year, date.Month) == (day.Year, day.Month) ? thisMonth : 0;
            (day, today) = (date, 0);
        }
    }
}
