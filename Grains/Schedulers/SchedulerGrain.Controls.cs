using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>What tasks say beyond their needs, and the end of every wait.</summary>
internal sealed partial class SchedulerGrain
{
    private static readonly TimeSpan WaitTick = TimeSpan.FromMilliseconds(100);

    // Only of tasks that say something; most say nothing.
    private readonly Dictionary<string, TaskControls> controls = new(StringComparer.Ordinal);

    private static string OutOfMemoryIn(PendingTask task) =>
        $"it ran out of GPU memory on {task.AvoidNode}, and no node has a GPU with more";

    private void Remember(string taskId, TaskControls? said)
    {
        if (said is not null)
        {
            controls[taskId] = said;
        }
    }

    private bool HasMemoryFor(PendingTask task) => task.Shapes.Any(shape => nodes.Values.Any(node =>
        node.Connected && node.Registration.Gpus.Count(gpu => gpu.MemoryBytes >= shape.MemoryBytesPerGpu) >= shape.GpuCount));

    /// <summary>Every wait that is over by now: delays between attempts, tasks that came first, and what took too long.</summary>
    private async Task EndWaitsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var any = false;
        while (backingOff.TryTake(now, out var task))
        {
            planner.Enqueue(task);
            any = true;
        }

        try
        {
            any |= await ReleaseDependantsAsync(now);
            await EnforceDeadlinesAsync(now);
        }
        catch (MeshUnavailableException e)
        {
            Abandon("the store could not be asked what waits: " + e.Message);
        }

        if (any)
        {
            PlaceWaiting();
        }

        await RenewGrantsAsync(now);
        LookAfterTurns(now);
    }

    /// <summary>Fails tasks that wait and will not get their turn.</summary>
    private async Task GiveUpAsync(IReadOnlyList<(PendingTask Task, string Reason)> hopeless)
    {
        foreach (var (task, _) in hopeless)
        {
            // It must not find a place while its end is being committed.
            planner.Dequeue(task.TaskId);
            backingOff.Remove(task.TaskId);
        }

        var now = clock.GetUtcNow();
        var committed = await CommitAsync([.. hopeless.Select(each => new TaskOperation.GiveUp(each.Task.TaskId, each.Task.Attempt, now, each.Reason) { DecidedUnder = epoch })]);
        for (var i = 0; i < committed.Length; i++)
        {
            var (task, reason) = hopeless[i];
            if (committed[i].Applied)
            {
                instruments.AttemptFailed(task.Shape.TaskType, "no_place");
                Failed(task, task.Attempt, nodeId: null, reason);
            }
            else
            {
                await TakeUpFromStoreAsync(task.TaskId, refusedAfter: task.Attempt);
            }
        }
    }
}
