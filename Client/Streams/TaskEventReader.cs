using System.Runtime.CompilerServices;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Tasks;
using GrainEvent = Aurora.Grains.Interfaces.Events.MeshEvent;
using MeshEvent = Aurora.Client.Abstractions.Views.MeshEvent;

namespace Aurora.Client.Streams;

/// <summary>The events of one task, from its first or from where a reader was, until it has ended.</summary>
internal sealed class TaskEventReader(IGrainFactory grains, GrainCalls calls, TimeProvider time)
{
    /// <summary>How often a log is asked for what is new; readers ask, so that no call waits in the scheduler.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    // A lost event would otherwise keep a reader for ever.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    public async IAsyncEnumerable<MeshEvent> ReadAsync(string taskId, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = EventMapping.Places(after)?[MeshConstants.DefaultPool];
        var grain = grains.GetGrain<ITaskGrain>(taskId);
        var task = await calls.RunAsync(() => grain.GetAsync(), cancellationToken) ?? throw new TaskNotFoundException(taskId);
        var log = grains.GetGrain<IMeshEventsGrain>(task.Pool);
        var latest = await calls.RunAsync(() => log.ReadLatestAsync(EventPage.EventsMax, taskId), cancellationToken);
        if (seen is not null && !latest.Covers(seen.Value))
        {
            yield return EventMapping.Gap(time.GetUtcNow());
        }

        var known = Known(task, latest, seen).ToList();
        foreach (var happened in known)
        {
            yield return EventMapping.View(happened);
        }

        if ((known.LastOrDefault() ?? latest.Events.LastOrDefault()) is { } last && MeshEventKinds.EndsTask(last.Kind))
        {
            yield break;
        }

        var position = latest.Next;
        var lookedAt = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(Pace, time, cancellationToken);
            var page = await calls.RunAsync(() => log.ReadAsync(position), cancellationToken);
            position = page.Next;
            foreach (var happened in page.Events.Where(happened => happened.TaskId == taskId))
            {
                yield return EventMapping.View(happened);
                if (MeshEventKinds.EndsTask(happened.Kind))
                {
                    yield break;
                }
            }

            if (page.HasGap)
            {
                yield return EventMapping.Gap(time.GetUtcNow());
            }

            if (page.HasGap || time.GetElapsedTime(lookedAt) > LookAgainAfter)
            {
                lookedAt = time.GetTimestamp();
                if (await calls.RunAsync(() => grain.GetAsync(), cancellationToken) is { HasEnded: true } now)
                {
                    yield return EventMapping.View(TaskHistory.EndOf(now)!);
                    yield break;
                }
            }
        }
    }

    /// <summary>What there is now: of the log where that has all of it, otherwise of the task's row.</summary>
    private static IEnumerable<GrainEvent> Known(TaskView task, EventPage latest, long? seen)
    {
        var resumes = seen is not null && latest.Covers(seen.Value);
        if (!resumes && latest.Events is not [{ Kind: MeshEventKinds.TaskSubmitted }, ..])
        {
            return TaskHistory.Of(task);
        }

        var events = latest.Events.Where(happened => !resumes || happened.Position > seen);

        // It may have ended just now, before the scheduler heard of it.
        var isTold = latest.Events is [.., var last] && MeshEventKinds.EndsTask(last.Kind);
        return task.HasEnded && !isTold ? events.Append(TaskHistory.EndOf(task)!) : events;
    }
}
