namespace Aurora.Client.Tests.Conformance;

/// <content>Events as they come.</content>
public abstract partial class MeshConformance
{
    [Fact]
    public async Task A_watch_tells_a_tasks_life_and_goes_on_after_any_event()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        await handle.WaitAsync(Cancellation);

        var events = await handle.WatchAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(("task.submitted", "task.completed"), (events[0].Kind, events[^1].Kind));
        Assert.True(events[^1] is { Attempt: 1, NodeId: not null });
        Assert.All(events, happened => Assert.Equal(handle.TaskId, happened.TaskId));
        Assert.Equal([.. events.SkipLast(1).Select(_ => false), true], events.Select(happened => happened.EndsTask));
        foreach (var (index, happened) in events.Index().Where(each => each.Item.Position is not null))
        {
            var rest = await handle.WatchAsync(happened.Position, Cancellation).ToListAsync(Cancellation);
            Assert.Equal(events.Skip(index + 1).Select(each => each.Kind), rest.Select(each => each.Kind));
        }
    }

    [Fact]
    public async Task A_watch_tells_what_happens_while_it_lasts()
    {
        var handle = await Mesh.SubmitAsync(NeverPlaced, cancellationToken: Cancellation);
        var seen = new List<string>();
        await foreach (var happened in handle.WatchAsync(cancellationToken: Cancellation))
        {
            seen.Add(happened.Kind);
            if (seen.Count == 1)
            {
                await handle.CancelAsync(Cancellation);
            }
        }

        Assert.Equal(["task.submitted", "task.cancelled"], seen);
    }

    [Fact]
    public async Task A_watch_of_the_mesh_goes_on_where_it_was()
    {
        var first = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        string? seen = null;
        await foreach (var happened in Mesh.WatchMeshAsync(recent: 1_000, cancellationToken: Cancellation))
        {
            if (happened.TaskId == first.TaskId && happened.EndsTask)
            {
                seen = happened.Position;
                break;
            }
        }

        var second = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        var kinds = new List<string>();
        await foreach (var happened in Mesh.WatchMeshAsync(after: seen, cancellationToken: Cancellation))
        {
            Assert.NotEqual(first.TaskId, happened.TaskId);
            if (happened.TaskId == second.TaskId)
            {
                kinds.Add(happened.Kind);
                if (happened.EndsTask)
                {
                    break;
                }
            }
        }

        Assert.Equal(("task.submitted", "task.completed"), (kinds[0], kinds[^1]));
    }

    [Fact]
    public async Task What_is_no_position_is_refused()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        await handle.WaitAsync(Cancellation);

        await Assert.ThrowsAnyAsync<AuroraMeshException>(async () => await handle.WatchAsync("yesterday", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Nobodys_events_and_logs_are_said_to_be_so()
    {
        const string Nobody = "task_00000000000000000000000000000000";

        await Assert.ThrowsAsync<TaskNotFoundException>(async () => await Mesh.WatchAsync(Nobody, cancellationToken: Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<TaskNotFoundException>(async () => await Mesh.ReadLogsAsync(Nobody, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }
}
