using Aurora.Grains.Events;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>What happens here, for whoever reads along.</summary>
internal sealed partial class SchedulerGrain
{
    // About 3 MB when full; some 5,000 short tasks, or a day of a quiet mesh.
    private const int EventsKept = 16_384;

    // Before the epoch is known nothing happens.
    private EventLog events = new(epoch: 0, capacity: 1);

    public Task<EventPage> ReadAsync(long after) => Task.FromResult(events.Read(after));

    public Task<EventPage> ReadLatestAsync(int count, string? taskId) => Task.FromResult(events.ReadLatest(count, taskId));

    public Task AttemptsStartedAsync(AttemptStart[] started)
    {
        foreach (var start in started)
        {
            // A start that comes after the end of its attempt is told with the end.
            if (planner.FindPlacement(start.Attempt.TaskId)?.Attempt == start.Attempt.Attempt)
            {
                NoteStart(start.Attempt.TaskId, start.Attempt.Attempt, start.NodeId, start.At);
                Began(start.Attempt);
            }
        }

        return Task.CompletedTask;
    }

    private void NoteTask(string kind, string taskId, int attempt = 0, string? nodeId = null, string? detail = null) =>
        events.Add(clock.GetUtcNow(), kind, taskId, attempt, nodeId, detail);

    private void NoteNode(string kind, string nodeId, string? detail = null)
    {
        // Of the schedulers of a node's pools one tells of it.
        if (!nodes.TryGetValue(nodeId, out var node) || IsHome(node))
        {
            events.Add(clock.GetUtcNow(), kind, nodeId: nodeId, detail: detail);
        }
    }

    private void NoteStart(string taskId, int attempt, string nodeId, DateTimeOffset at) =>
        events.Add(at, MeshEventKinds.TaskStarted, taskId, attempt, nodeId);

    private void NoteEnd(AttemptEnd end)
    {
        var (taskId, attempt) = (end.Attempt.TaskId, end.Attempt.Attempt);
        if (end.StartedAt is { } startedAt)
        {
            NoteStart(taskId, attempt, end.NodeId, startedAt);
        }

        if (end is { PreemptedFor: LeavingAttempt.ForDrain, RetryAt: not null })
        {
            NoteTask(MeshEventKinds.TaskRequeued, taskId, attempt, end.NodeId, "its node is drained");
        }
        else if (end.PreemptedFor is { } other && end.RetryAt is not null)
        {
            NoteTask(MeshEventKinds.TaskPreempted, taskId, attempt, end.NodeId, $"for {other}, which has a higher priority");
        }
        else if (DelayOf(end) is { } delay)
        {
            NoteTask(
                MeshEventKinds.TaskRequeued, taskId, attempt, end.NodeId,
                $"the attempt failed; the next one may start in {Math.Max(0, delay.TotalSeconds):F1} s");
        }
        else
        {
            NoteTask(end.Completed ? MeshEventKinds.TaskCompleted : MeshEventKinds.TaskFailed, taskId, attempt, end.NodeId);
        }
    }

    private void NoteRequeue(Placement placement, TaskOperation.Requeue requeue, bool isBlamed) => NoteTask(
        MeshEventKinds.TaskRequeued, requeue.TaskId, requeue.Attempt, placement.NodeId,
        requeue.Error ?? (isBlamed ? $"its node died while it ran there, the {Ordinal(requeue.Retry.Crashes)} time"
            : nodes.GetValueOrDefault(placement.NodeId) is { Connected: true } ? "moved from a node that did not run it" : "its node was lost"));

    private static string Ordinal(int number) => number switch { 1 => "first", 2 => "second", 3 => "third", _ => $"{number}th" };

    private void NoteQuarantine(NodeEntry node, string reason)
    {
        LogQuarantined(node.NodeId, reason, time.ToClock(node.Health.QuarantinedUntil!.Value));
        NoteNode(MeshEventKinds.NodeQuarantined, node.NodeId, reason);
        Reconsider(node);
        RememberHealth(node);
    }

    /// <summary>A node is trusted more or less than before.</summary>
    private void Reconsider(NodeEntry node) => planner.UpsertNode(node.ToFacts(), node.IsOpen);

    /// <summary>For the next activation. What cannot be stored now is known to this one.</summary>
    private void RememberHealth(NodeEntry node) =>
        store.SetQuarantineAsync(
            node.NodeId, node.Health.QuarantinedUntil is { } until ? time.ToClock(until) : null, node.Health.Quarantines, CancellationToken.None).Ignore();

    private void NoteDrained()
    {
        foreach (var node in nodes.Values)
        {
            var isDrained = node is { Cordoned: true, DrainDeadline: not null } && planner.PlacementsOn(node.NodeId).Count == 0;
            if (isDrained && !node.DrainNoted)
            {
                NoteNode(MeshEventKinds.NodeDrained, node.NodeId);
            }

            node.DrainNoted = isDrained;
        }
    }
}
