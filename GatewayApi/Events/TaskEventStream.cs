using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Events;

/// <summary>The events of one task, from its first or from where a reader was, until it has ended.</summary>
internal sealed class TaskEventStream(string taskId, IGrainFactory grains, MeshEventFeed feed, EventWriter writer, TimeProvider time)
{
    // A lost event would otherwise keep a stream open for ever.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    public async Task CopyAsync(long? after, CancellationToken ending)
    {
        await writer.StartAsync();
        var task = await ReadAsync(ending);
        var pool = task?.Pool ?? MeshConstants.DefaultPool;
        var latest = await feed.ReadLatestAsync(pool, EventPage.EventsMax, taskId);
        var position = latest.Next;
        if (WriteKnown(latest, after, task) is { } status)
        {
            await EndAsync(status);
            return;
        }

        writer.Position(position);
        await writer.FlushAsync();
        var lookedAt = time.GetTimestamp();
        while (true)
        {
            var page = await feed.ReadNextAsync(pool, position, ending);
            position = page?.Next ?? position;
            foreach (var happened in page?.Events.Where(happened => happened.TaskId == taskId) ?? [])
            {
                writer.Write(happened);
                if (MeshEventKinds.EndsTask(happened.Kind))
                {
                    await EndAsync(happened.Kind[(happened.Kind.IndexOf('.', StringComparison.Ordinal) + 1)..]);
                    return;
                }
            }

            if (page is { HasGap: true })
            {
                writer.Gap();
            }

            if (page is { HasGap: true } || time.GetElapsedTime(lookedAt) > LookAgainAfter)
            {
                lookedAt = time.GetTimestamp();
                if (await ReadAsync(ending) is { HasEnded: true } now)
                {
                    writer.Write(TaskHistory.EndOf(now)!);
                    await EndAsync(now.Status);
                    return;
                }
            }

            await writer.FlushAsync();
        }
    }

    /// <summary>What there is now, and the status when that includes the end.</summary>
    private string? WriteKnown(EventPage latest, long? after, TaskView? task)
    {
        var resumes = after is { } seen && latest.Covers(seen);
        var isWhole = latest.Events is [{ Kind: MeshEventKinds.TaskSubmitted }, ..];
        if (after is not null && !resumes)
        {
            writer.Gap();
        }

        if (task is not null && !resumes && !isWhole)
        {
            foreach (var happened in TaskHistory.Of(task))
            {
                writer.Write(happened);
            }

            return task.HasEnded ? task.Status : null;
        }

        foreach (var happened in latest.Events.Where(happened => !resumes || happened.Position > after))
        {
            writer.Write(happened);
        }

        if (latest.Events is [.., var last] && MeshEventKinds.EndsTask(last.Kind))
        {
            return last.Kind[(last.Kind.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }

        if (task is not { HasEnded: true })
        {
            return null;
        }

        // It ended just now, and the scheduler has not heard of it yet.
        writer.Write(TaskHistory.EndOf(task)!);
        return task.Status;
    }

    private async Task<TaskView?> ReadAsync(CancellationToken ending)
    {
        try
        {
            return await grains.GetGrain<ITaskGrain>(taskId).GetAsync().WaitAsync(ending);
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            return null;
        }
    }

    private ValueTask EndAsync(string status)
    {
        writer.End(status);
        return writer.FlushAsync();
    }
}
