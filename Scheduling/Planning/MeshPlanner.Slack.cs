using Aurora.Scheduling.Cost;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Tasks with a deadline and a known duration, where placement goes by cost. Such a task waits for an owned node as long as the cheapest
/// rented one that keeps its deadline (<see cref="Cost.CheapestInTime"/>) would keep it as well when it started later: the wait costs
/// nothing and may save the rent. Then it goes to whichever is the cheapest in time. A duration counts on the fastest owned GPU that could run the task, or
/// where the task says that it runs at speed 1.
/// </summary>
public sealed partial class MeshPlanner
{
    // Of the duration: what is left to find a rented place when the wait was in vain.
    private const double Spare = 0.1;

    private static readonly InterruptionModel Interruptions = new();

    // Tasks that wait for owned nodes, by when they no longer do. Those that left the line meanwhile are passed over.
    private readonly PriorityQueue<string, DateTimeOffset> slack = new();

    /// <summary>The task as it stands in line: waiting for an owned node until a time, or free to go to a rented one.</summary>
    private PendingTask WithSlack(PendingTask task) => task.AwaitingOwned(RentFrom(task) is { } from && from > shares.Now ? from : null);

    private void PutInLine(PendingTask task)
    {
        waiting.Add(task);
        if (task.RentFrom is { } from)
        {
            slack.Enqueue(task.TaskId, from);
        }
    }

    /// <summary>Puts tasks whose slack is over where rented nodes are tried as well; their turn stays.</summary>
    private void LetRent(DateTimeOffset now)
    {
        while (slack.TryPeek(out var taskId, out var from) && from <= now)
        {
            slack.Dequeue();
            if (waiting.Find(taskId) is { Task.RentFrom: { } due } entry && due <= now)
            {
                waiting.Remove(entry);
                PutInLineUntried(entry.Task.AwaitingOwned(null));
            }
        }
    }

    /// <summary>Until when a task does well to wait for an owned node; null for one that does not.</summary>
    private DateTimeOffset? RentFrom(PendingTask task)
    {
        if (!GoesByCostAndDeadline(task) || task.Shapes.Any(shape => shape.GpuCount <= 0 || shape.Model is not null))
        {
            return null;
        }

        var places = new PricedPlaces(nodes, new TaskSpeeds(task.GpuSpeeds), task.Shape.Nodes);
        var isEnoughOwned = false;
        foreach (var shape in task.Shapes)
        {
            var shapes = waiting.ClassOf(shape);
            var owned = 0;
            for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
            {
                if (nodes.Nodes[ordinal].Joined && reach.Nominal(ordinal, shapes) >= shape.MemoryBytesPerGpu)
                {
                    places.Add(ordinal, shapes);
                    owned += nodes.Row(ordinal).Owned > 0 ? 1 : 0;
                }
            }

            isEnoughOwned |= owned >= shape.Nodes;
        }

        var (deadline, duration) = (task.Deadline!.Value, task.Duration!.Value);
        if (!isEnoughOwned || places.OwnedSpeed == 0)
        {
            return null;
        }

        // Past its latest start an owned node would be too late as well.
        var rented = places.CheapestRented(Interruptions, task.Shape.GpuCount, duration, deadline - shares.Now);
        if ((rented is { } quote && !MayWaitForOwned(task, quote, places.OwnedHoursPerHour)) || settings.RentsAtOnce)
        {
            return null;
        }

        var runs = rented is { } offer ? Math.Max(offer.CautiousSeconds, duration.TotalSeconds) : duration.TotalSeconds;
        return deadline - TimeSpan.FromSeconds(runs) - (duration * Spare);
    }

    /// <summary>The nodes that such a task may go to now: the owned ones that keep its deadline, or the cheapest that does; null for any other task.</summary>
    private List<int>? CheapestInTime(PendingTask task, ShapeClass shapes, IReadOnlyList<int>? among, int? avoid, DateTimeOffset now)
    {
        if (shapes.GpuCount <= 0 || shapes.NeedsModel || !GoesByCostAndDeadline(task))
        {
            return null;
        }

        var speeds = new TaskSpeeds(task.GpuSpeeds);
        var places = new PricedPlaces(nodes, speeds, shapes.Nodes);
        for (var position = 0; position < (among?.Count ?? nodes.Count); position++)
        {
            var ordinal = among?[position] ?? position;
            if (ordinal != avoid && reach.Now(ordinal, shapes) >= task.Shape.MemoryBytesPerGpu)
            {
                places.Add(ordinal, shapes);
            }
        }

        var (duration, due, one) = (task.Duration!.Value, task.Deadline!.Value - now, SpeedThatIsOne(shapes, speeds));
        return LeavesOwnedToDearer(places, shapes, duration, due, one)
            ?? Fullest(places.CheapestInTime(Interruptions, shapes.GpuCount, duration, due, one), shapes);
    }

    private bool GoesByCostAndDeadline(PendingTask task) =>
        task is { Deadline: not null, Duration: not null } && settings.ProfileOf(task) is PlacementProfile.Cost;

    /// <summary>The speed for which a task's duration is meant: what it calls 1, otherwise that of the fastest owned GPU that could run the class, or, where none is owned, of the fastest.</summary>
    private double SpeedThatIsOne(ShapeClass shapes, TaskSpeeds speeds)
    {
        if (speeds.AreTold)
        {
            return 1;
        }

        var (owned, any) = (0.0, 0.0);
        for (var ordinal = 0; ordinal < nodes.Count; ordinal++)
        {
            if (reach.Nominal(ordinal, shapes) == Reach.Nothing)
            {
                continue;
            }

            var power = PricedPlaces.SpeedOf(nodes, ordinal, shapes, speeds);
            any = Math.Max(any, power);
            owned = nodes.Row(ordinal).Owned > 0 ? Math.Max(owned, power) : owned;
        }

        return owned > 0 ? owned : any;
    }

    private static string? TellSlack(PendingTask task) =>
        task.RentFrom is { } from ? $"it waits for an owned GPU until {from:u}, then it may go to a rented one" : null;
}
