using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// What attempts cost: the price is written with the place, and charged with the end, whoever ends it. What went to rented nodes is
/// held against the budgets, and is read from the store when this activation begins.
/// </summary>
internal sealed partial class SchedulerGrain
{
    private readonly RentBudget budget = plannerSettings.Value.Of(context.GrainId.Key.ToString()!).NewRentBudget();

    private AttemptPrice PriceOf(Placement? placement) =>
        placement is null ? default
        : placement.Gang is { } gang ? PriceOf(placement, gang)
        : nodes.TryGetValue(placement.NodeId, out var node) ? node.PriceOf(placement) : default;

    /// <summary>Counts what an attempt cost that this grain ended.</summary>
    private void Charged(string? nodeId, string taskId, in OperationOutcome outcome)
    {
        if (nodeId is not null && outcome.Applied)
        {
            instruments.AttemptCharged(nodeId, Pool, outcome.Charge);
            Spend(nodeId, taskId, outcome.Charge.Amount);
        }
    }

    private void Spend(AttemptEnd end) => Spend(end.NodeId, end.Attempt.TaskId, end.Cost);

    private void Spend(string nodeId, string taskId, double amount)
    {
        if (amount <= 0 || !budget.IsLimited)
        {
            return;
        }

        // A gang was charged as a whole, and it is another node's end that tells of it.
        var placement = planner.FindPlacement(taskId);
        if (placement?.Gang is { } gang ? gang.Any(member => IsRented(member.NodeId)) : IsRented(nodeId))
        {
            budget.Spend(placement?.Task.Shape.Tenant, clock.GetUtcNow(), amount);
        }
    }

    private bool IsRented(string nodeId) => nodes.TryGetValue(nodeId, out var node) && node.Tenure is not NodeTenure.Owned;

    private async Task ReadSpentAsync(CancellationToken cancellationToken)
    {
        if (!budget.IsLimited)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var month = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var cost in await StoreGuard.Read(store.ListCostsAsync(month, now.AddDays(1), cancellationToken)))
        {
            if (cost.Pool == Pool && cost.Tenure is not NodeTenure.Owned)
            {
                budget.Spend(cost.Tenant, new DateTimeOffset(cost.Day, TimeOnly.MinValue, TimeSpan.Zero), cost.Amount);
            }
        }
    }

    /// <summary>Stops and starts renting as the budgets say.</summary>
    private void HoldToBudget(DateTimeOffset now)
    {
        if (budget.IsLimited)
        {
            foreach (var (tenant, why) in budget.Judge(clock.GetUtcNow(), planner.RentRunning(now)))
            {
                planner.SetRentRefusal(tenant, why);
            }
        }
    }
}
