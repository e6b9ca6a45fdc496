using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>Rented nodes, on which nothing more is placed while a budget is spent. What runs there goes on.</summary>
public sealed partial class MeshPlanner
{
    /// <inheritdoc/>
    public void SetRentRefusal(string? tenant, string? why)
    {
        var account = tenant is null ? null : shares.Of(tenant);
        var before = account is null ? reach.RentRefusal : account.RentRefusal;
        if (before == why)
        {
            return;
        }

        if (account is null)
        {
            reach.RentRefusal = why;
        }
        else
        {
            account.RentRefusal = why;
            account.IsKnown |= why is not null;
        }

        RentChanged(before is null, why is null);
    }

    private void RentChanged(bool wasAllowed, bool isAllowed)
    {
        if (wasAllowed == isAllowed)
        {
            return;
        }

        foreach (var node in nodes.Nodes.Where(node => node.Facts.Price.Tenure is not NodeTenure.Owned))
        {
            Renew(node);
            if (isAllowed)
            {
                freed.NodeGained(node.Ordinal);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> RentRunning(DateTimeOffset now)
    {
        var running = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in nodes.Nodes.Where(node => node.Facts.Price.Tenure is not NodeTenure.Owned))
        {
            foreach (var task in AttemptsOn(node).Where(task => now > task.At))
            {
                var (shape, gpus) = (task.Placement.Task.Shape, task.Placement.GpusOn(node.Facts.NodeId));
                var tenant = shape.Tenant ?? FairShares.DefaultTenant;
                running[tenant] = running.GetValueOrDefault(tenant)
                    + (AttemptPrice.Of(node.Facts, gpus, shape.MemoryBytesPerGpu).PerHour * (now - task.At).TotalHours);
            }
        }

        return running;
    }

    private void UseAs(string nodeId, IReadOnlyDictionary<string, DateTimeOffset>? runningSince, DateTimeOffset idleSince)
    {
        if (runningSince is not null && nodes.Find(nodeId) is { Rented: { } use } node)
        {
            use.SetAs(runningSince, idleSince);
            nodes.Renew(node);
        }
    }

    /// <summary>Every reason not to rent, by tenant; the pool's has the empty name.</summary>
    private Dictionary<string, string> RentRefusals()
    {
        var refusals = shares.All.Where(account => account.RentRefusal is not null)
            .ToDictionary(account => account.Name, account => account.RentRefusal!, StringComparer.Ordinal);
        if (reach.RentRefusal is { } why)
        {
            refusals.Add("", why);
        }

        return refusals;
    }

    private void RefuseToRent(IReadOnlyDictionary<string, string> refusals)
    {
        foreach (var (tenant, why) in refusals)
        {
            SetRentRefusal(tenant.Length == 0 ? null : tenant, why);
        }
    }
}
