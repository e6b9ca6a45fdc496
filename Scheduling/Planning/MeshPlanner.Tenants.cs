using System.Globalization;
using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Planning;

/// <summary>Whose turn it is among tenants, and what a deadline makes of a turn.</summary>
public sealed partial class MeshPlanner
{
    /// <inheritdoc/>
    public void Advance(DateTimeOffset now) => shares.Tell(now);

    /// <inheritdoc/>
    public void SetTenant(string tenant, TenantPolicy? policy)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        var account = shares.Of(tenant);
        account.Policy = policy ?? TenantPolicy.Default;
        account.IsKnown = policy is not null;
        freed.QuotaFreed(account);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TenantUse> Tenants(DateTimeOffset now)
    {
        shares.Tell(now);
        return shares.Uses();
    }

    /// <inheritdoc/>
    public bool IsQueueFull(string? tenant, int more) => shares.Of(tenant) is { Policy.QueuedMax: { } max } account && account.Waiting + more > max;

    // With other tenants in play the order is not by place alone; the next drain decides it.
    private bool TakesTurnsWith(QueueEntry earliest, PendingTask task) =>
        settings.Queue is not QueueProfile.Priority && (shares.Matter || !ReferenceEquals(earliest.Line.Shapes.Account, shares.Of(task.Shape.Tenant)));

    private PendingTask WithExpectedDuration(PendingTask task) =>
        task is { Deadline: not null, Duration: null } && durations.Expect(task.Shape) is { } median ? task with { Duration = median } : task;

    private string? WhyHeldBack(IReadOnlyList<TaskShape> shapes)
    {
        var account = shares.Of(shapes[0].Tenant);
        if (account.Policy.GpusMax is not { } max || !shapes.All(shape => account.IsFull(shape.GpuCount * shape.Nodes)))
        {
            return null;
        }

        var fewest = shapes.Min(shape => shape.GpuCount * shape.Nodes);
        return fewest > max
            ? $"needs {Listing.Gpus(fewest)}, more than the quota of tenant '{account.Name}' ever allows at once ({max})"
            : $"tenant '{account.Name}' holds {Listing.Gpus(account.GpusInUse)} of its quota of {max}, and this needs {fewest} more";
    }

    private PlacementExplanation WithTurn(PlacementExplanation explanation, DateTimeOffset now)
    {
        var summary = WhyHeldBack(explanation.Task.Shapes) ?? explanation.Summary;
        if (WhyBehind(explanation.Task, now) is { } behind)
        {
            summary += "; " + behind;
        }

        if (explanation.QueuePosition is not null && service?.Tell(explanation.Task) is { } served)
        {
            summary += "; " + served;
        }

        if (explanation.QueuePosition is not null && TellSlack(explanation.Task) is { } slackLeft)
        {
            summary += "; " + slackLeft;
        }

        if (explanation.Task is { Deadline: { } deadline, LatestStart: { } latest })
        {
            summary += latest < now
                ? $"; it can no longer meet its deadline of {deadline:u}"
                : $"; to meet its deadline of {deadline:u} it must start by {latest:u}";
        }

        if (explanation.Task.PreemptedFor is { } other)
        {
            summary += $"; it was preempted for {other}, {settings.WhyTurnIsBefore}, and goes on from its checkpoint";
        }

        if (WhyKept(explanation.Task) is { } kept)
        {
            summary += "; " + kept;
        }

        if (WhyNobodyLeaves(explanation.Task) is { } staying)
        {
            summary += "; " + staying;
        }

        return explanation with { Summary = summary };
    }

    private string? WhyBehind(PendingTask task, DateTimeOffset now)
    {
        shares.Tell(now);
        if (!shares.Matter)
        {
            return null;
        }

        shares.WorkOut();
        var account = shares.Of(task.Shape.Tenant);
        return account.IsOver && shares.Uses().FirstOrDefault(use => use.Tenant == account.Name) is { } use
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"tenant '{account.Name}' had {100 * use.RecentShare:0} % of what was used lately and its share is {100 * use.FairShare:0} %, so where there is room tasks of others go first")
            : null;
    }
}
