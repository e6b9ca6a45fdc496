using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Sharing;

/// <summary>
/// Shares between tenants. Among tasks of equal effective priority the tenant goes first that used least for its weight: the
/// unit seconds of its attempts, of which half is forgotten with every half-life, plus a minute for each unit that it holds.
/// A wait gives no precedence over other tenants to one that had more than its share: it waits because it had its turn. Inside a
/// tenant nothing of this counts. With one tenant there is nothing to share and nothing is worked out.
/// </summary>
/// <param name="agingStep">The wait that counts as much as one priority level.</param>
/// <param name="halfLife">How long until half of what was used is forgotten.</param>
/// <param name="isOn">Whether there is anything to share.</param>
/// <param name="byService">Whether service counts in the order inside a tenant; between tenants it does not.</param>
internal sealed class FairShares(TimeSpan agingStep, TimeSpan halfLife, bool isOn, bool byService = false)
{
    /// <summary>The tenant of tasks that name none.</summary>
    public const string DefaultTenant = "default";

    // Clients may choose the names, so tenants that hold and want nothing are dropped beyond this many.
    private const int IdleMax = 1024;

    // A place counts at once like a minute of it: otherwise one tenant would get every place that comes free at one moment.
    private const double SecondsAtOnce = 60;

    // Shares that differ by less are equal: rounding must not make a tenant that is alone exceed its share.
    private const double Tolerance = 1e-9;

    private readonly Dictionary<string, TenantAccount> accounts = new(StringComparer.Ordinal);
    private readonly TenantAccount unnamed = new(DefaultTenant, isKnown: true);
    private int waitingTenants;

    /// <summary>The latest moment that was told.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>Whether the order among tenants matters now: more than one has tasks in line.</summary>
    public bool Matter => isOn && waitingTenants > 1;

    /// <summary>Whether each tenant's first task has to be found before tenants are compared: inside a tenant another order holds than between them.</summary>
    public bool ByTenantFirst => byService && Matter;

    public IEnumerable<TenantAccount> All => accounts.Values.Append(unnamed);

    public TenantAccount Of(string? tenant)
    {
        if (tenant is null or DefaultTenant)
        {
            return unnamed;
        }

        if (!accounts.TryGetValue(tenant, out var account))
        {
            account = new TenantAccount(tenant, isKnown: false);
            accounts.Add(tenant, account);
        }

        return account;
    }

    public void Tell(DateTimeOffset now) => Now = now > Now ? now : Now;

    /// <summary>Counts a place that a tenant's attempt takes (1) or leaves (-1).</summary>
    public void Count(TenantAccount account, int gpus, int sign)
    {
        account.UsedAt(Now, halfLife);
        account.Count(gpus, sign);
    }

    /// <summary>Counts tasks that come into line or leave it.</summary>
    public void CountWaiting(TenantAccount account, int change)
    {
        var had = account.Waiting > 0;
        account.Waiting += change;
        waitingTenants += (account.Waiting > 0 ? 1 : 0) - (had ? 1 : 0);
    }

    /// <summary>Drops tenants that hold and want nothing once there are many. No class of shapes may refer to them.</summary>
    public void Forget()
    {
        if (accounts.Count > IdleMax)
        {
            foreach (var idle in accounts.Values.Where(account => !account.IsKnown && !account.WantsOrHolds).ToList())
            {
                accounts.Remove(idle.Name);
            }
        }
    }

    /// <summary>To be called before a number of comparisons at one moment.</summary>
    public void WorkOut()
    {
        double used = 0;
        double weights = 0;
        foreach (var account in All)
        {
            account.Score = Recent(account);
            if (account.WantsOrHolds)
            {
                used += account.Score;
                weights += account.Policy.Weight;
            }
        }

        foreach (var account in All)
        {
            account.IsOver = account.WantsOrHolds && account.Score * weights > account.Policy.Weight * used * (1 + Tolerance);
            account.Score /= account.Policy.Weight;
        }
    }

    /// <summary>Whether a task of one tenant may have one of the other leave for it that its priority does not: only where it had less for its weight.</summary>
    public bool MayTakeFrom(TenantAccount one, TenantAccount other)
    {
        if (!isOn || ReferenceEquals(one, other))
        {
            return true;
        }

        WorkOut();
        return one.Score < other.Score;
    }

    /// <summary>Whether one task goes before another of which neither is more at home: by effective priority, then by share, then by place.</summary>
    public bool GoesBefore(QueueEntry one, QueueEntry other)
    {
        var (mine, theirs) = (one.Line.Shapes.Account, other.Line.Shapes.Account);
        if (ReferenceEquals(mine, theirs))
        {
            return one.GoesBefore(other);
        }

        var order = BandOf(one, mine).CompareTo(BandOf(other, theirs));
        if (order == 0)
        {
            order = mine.Score.CompareTo(theirs.Score);
        }

        return order != 0 ? order < 0 : one.GoesBefore(other);
    }

    /// <summary>Every tenant that is known, wants, holds or lately had something, by name.</summary>
    public IReadOnlyList<TenantUse> Uses()
    {
        var recent = All.Sum(Recent);
        var weights = All.Where(account => account.WantsOrHolds).Sum(account => account.Policy.Weight);
        return
        [
            .. All.OrderBy(account => account.Name, StringComparer.Ordinal).Select(account => new TenantUse(
                account.Name,
                account.Policy,
                account.GpusInUse,
                account.Placed,
                account.Waiting,
                recent > 0 ? Recent(account) / recent : 0,
                account.WantsOrHolds ? account.Policy.Weight / weights : 0)),
        ];
    }

    private double Recent(TenantAccount account) => account.UsedAt(Now, halfLife) + (account.Units * SecondsAtOnce);

    private long BandOf(QueueEntry entry, TenantAccount account)
    {
        var band = byService ? QueueKey.Of(entry.Task, agingStep).Band : entry.Key.Band;
        return account.IsOver ? Math.Max(band, QueueKey.BandAt(Now, entry.Task.Priority, agingStep)) : band;
    }
}
