using Aurora.Scheduling.Cost;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Cost;

public sealed class RentBudgetTests
{
    private static readonly Dictionary<string, double> Nothing = [];

    [Fact]
    public void A_day_is_spent_until_the_next_one_and_a_month_likewise()
    {
        var budget = new RentBudget(new SpendLimits(PerDay: 10, PerMonth: 15), []);
        budget.Spend(null, Start, 9);
        Assert.Null(WhyPool(budget, Start));

        budget.Spend("acme", Start.AddHours(1), 1);
        Assert.Equal("the budget of 10 a day is spent (10 today, UTC)", WhyPool(budget, Start.AddHours(2)));
        Assert.Null(WhyPool(budget, Start.AddDays(1)));

        budget.Spend(null, Start.AddDays(1), 5);
        Assert.Equal("the budget of 15 a month is spent (15 this month, UTC)", WhyPool(budget, Start.AddDays(30)));
        Assert.Null(WhyPool(budget, Start.AddDays(31)));
    }

    [Fact]
    public void What_runs_now_counts()
    {
        var budget = new RentBudget(new SpendLimits(PerDay: 10), []);
        budget.Spend(null, Start, 6);

        Assert.Null(WhyPool(budget, Start, ("default", 3.9)));
        Assert.NotNull(WhyPool(budget, Start, ("default", 3), ("acme", 1)));
    }

    [Fact]
    public void A_tenant_has_its_own_budget_beside_the_pools()
    {
        var budget = new RentBudget(SpendLimits.None, [new("acme", new SpendLimits(PerDay: 1)), new("free", SpendLimits.None)]);
        budget.Spend("acme", Start, 2);
        budget.Spend("free", Start, 99);

        Assert.Equal(
            [(null, null), ("acme", "the budget of 1 a day is spent (2 today, UTC) for tenant 'acme'")],
            budget.Judge(Start, Nothing));
    }

    [Fact]
    public void A_budget_of_nothing_rents_nothing() => Assert.NotNull(WhyPool(new RentBudget(new SpendLimits(PerDay: 0), []), Start));

    [Fact]
    public void It_refuses_exactly_while_the_sum_of_the_day_or_month_reaches_a_limit() =>
        Gen.Select(Gen.Double[0, 10], Gen.Double[0, 30], Gen.Select(Gen.Int[0, 24 * 70], Gen.Double[0, 3]).Array[0, 40]).Sample((perDay, perMonth, spends) =>
        {
            var budget = new RentBudget(new SpendLimits(perDay, perMonth), []);
            var now = Start;
            var counted = new List<(DateTimeOffset At, double Amount)>();
            foreach (var (hour, amount) in spends.OrderBy(spend => spend.Item1))
            {
                now = Start.AddHours(hour);
                counted.Add((now, amount));
                budget.Spend(null, now, amount);
                var today = counted.Where(each => each.At.Date == now.Date).Sum(each => each.Amount);
                var month = counted.Where(each => (each.At.Year, each.At.Month) == (now.Year, now.Month)).Sum(each => each.Amount);
                if (Math.Abs(today - perDay) > 1e-9 && Math.Abs(month - perMonth) > 1e-9 && WhyPool(budget, now) is null != (today < perDay && month < perMonth))
                {
                    return false;
                }
            }

            return true;
        });

    private static string? WhyPool(RentBudget budget, DateTimeOffset now, params (string Tenant, double Amount)[] running) =>
        budget.Judge(now, running.ToDictionary(each => each.Tenant, each => each.Amount))[0].Why;
}
