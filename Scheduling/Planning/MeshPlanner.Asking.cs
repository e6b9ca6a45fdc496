using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>What people ask of the planner, and what tests hold it to.</summary>
public sealed partial class MeshPlanner
{
    /// <inheritdoc/>
    public IReadOnlyList<WaitingTask> QueueHead(int limit, DateTimeOffset now) => Show(waiting.Head(limit), now);

    /// <inheritdoc/>
    public IReadOnlyList<WaitingTask> QueueHead(int limit, PriorityRange priorities, DateTimeOffset now) => Show(waiting.Head(limit, priorities), now);

    /// <inheritdoc/>
    public string WhyWaiting(IReadOnlyList<TaskShape> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        return WhyHeldBack(shapes) ?? reason.For(shapes);
    }

    /// <summary>Likewise of a task as it stands in line, with the time until which it waits for an owned node.</summary>
    public string WhyWaiting(PendingTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return TellSlack(task) is { } slackLeft ? $"{WhyWaiting(task.Shapes)}; {slackLeft}" : WhyWaiting(task.Shapes);
    }

    /// <inheritdoc/>
    public PlacementExplanation? Explain(string taskId, DateTimeOffset now)
    {
        if (waiting.Find(taskId) is { } entry)
        {
            return WithTurn(explainer.OfWaiting(entry, now), now);
        }

        return placed.TryGetValue(taskId, out var task) ? explainer.OfPlaced(task, now) : null;
    }

    private IReadOnlyList<WaitingTask> Show(IReadOnlyList<PendingTask> tasks, DateTimeOffset now) =>
        [.. tasks.Select(task => new WaitingTask(task, QueueKey.EffectivePriority(task, now, settings.AgingStep), WhyWaiting(task)))];

    /// <summary>Throws <see cref="InvalidOperationException"/> when a ledger contradicts itself or the placements.</summary>
    public void CheckInvariants()
    {
        foreach (var node in nodes.Nodes)
        {
            node.Ledger.CheckInvariants();
        }

        var held = nodes.Nodes.Sum(node => node.Ledger.HeldCount);
        var parts = placed.Values.Sum(task => task.Placement.OpenNodes().Count());
        if (held != parts)
        {
            throw new InvalidOperationException($"The nodes hold {held} attempts; {parts} are placed.");
        }
    }
}
