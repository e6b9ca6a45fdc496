using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Cost;

/// <summary>The budgets of one pool and of its tenants for rented nodes.</summary>
public sealed class RentBudget
{
    private readonly SpendLimits poolLimits;
    private readonly SpendAccount pool = new();
    private readonly Dictionary<string, (SpendLimits Limits, SpendAccount Account)> tenants = new(StringComparer.Ordinal);

    /// <param name="pool">Of the whole pool.</param>
    /// <param name="tenants">Of single tenants, by name; others have no limit of their own.</param>
    public RentBudget(SpendLimits pool, IEnumerable<KeyValuePair<string, SpendLimits>> tenants)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(tenants);
        poolLimits = pool;
        foreach (var (name, limits) in tenants.Where(tenant => tenant.Value.IsLimited))
        {
            this.tenants.Add(name, (limits, new SpendAccount()));
        }
    }

    /// <summary>Whether anything is limited.</summary>
    public bool IsLimited => poolLimits.IsLimited || tenants.Count > 0;

    /// <summary>Counts what an attempt cost that ended on a rented node; the tenant is null for the default one.</summary>
    public void Spend(string? tenant, DateTimeOffset endedAt, double amount)
    {
        pool.Add(endedAt, amount);
        if (tenants.TryGetValue(tenant ?? FairShares.DefaultTenant, out var own))
        {
            own.Account.Add(endedAt, amount);
        }
    }

    /// <summary>Why nothing more may be rented, for the pool (null) and for each tenant with a limit; the reason is null while there is none.</summary>
    /// <param name="now">The time.</param>
    /// <param name="running">What attempts cost so far that run on rented nodes now, by tenant.</param>
    public IReadOnlyList<(string? Tenant, string? Why)> Judge(DateTimeOffset now, IReadOnlyDictionary<string, double> running)
    {
        ArgumentNullException.ThrowIfNull(running);
        var judged = new List<(string? Tenant, string? Why)> { (null, pool.WhySpent(poolLimits, now, running.Values.Sum())) };
        foreach (var (name, (limits, account)) in tenants)
        {
            var why = account.WhySpent(limits, now, running.GetValueOrDefault(name));
            judged.Add((name, why is null ? null : $"{why} for tenant '{name}'"));
        }

        return judged;
    }
}
