using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <content>Which task starts when, and why the others wait.</content>
public sealed partial class InMemoryAuroraMesh
{
    private readonly ConcurrentDictionary<string, InMemoryTask> waiting = new(StringComparer.Ordinal);
    private readonly Lock starting = new();

    /// <summary>Starts the task where nothing is in its way; otherwise it waits, or fails where what it comes after did.</summary>
    private void Start(InMemoryTask task)
    {
        lock (starting)
        {
            waiting[task.View.TaskId] = task;
            var before = task.Controls.After.Select(prerequisite => (prerequisite.AnyEnd, tasks[prerequisite.TaskId].View)).ToList();
            if (before.Find(each => each is { AnyEnd: false, View.Status: MeshTaskStatus.Failed or MeshTaskStatus.Cancelled }).View is { } broken)
            {
                task.Abandon($"{broken.TaskId}, which it comes after, {(broken.Status is MeshTaskStatus.Failed ? "failed" : "was cancelled")}");
            }
            else if (before.TrueForAll(each => each.View.HasEnded))
            {
                task.Wait();
                if (isOpen && CanRun(task.Request) && !IsKeptApart(task))
                {
                    task.Start(NodeName, cancellation => run?.Invoke(task.Request, cancellation) ?? EchoAsync(task.Request, cancellation));
                }
            }

            if (task.View.Status is not MeshTaskStatus.Queued)
            {
                waiting.TryRemove(task.View.TaskId, out _);
            }
        }
    }

    private bool IsKeptApart(InMemoryTask task) => task.Controls.AntiAffinity is { } name
        && tasks.Values.Any(other => other.Controls.AntiAffinity == name && other.View.Status is MeshTaskStatus.Running);

    private void Changed(InMemoryTask task)
    {
        if (task.View.Status is MeshTaskStatus.Queued)
        {
            waiting[task.View.TaskId] = task;
        }

        StartThoseThatWait();
    }

    private void StartThoseThatWait()
    {
        foreach (var task in waiting.Values.OrderByDescending(task => task.Request.Priority).ThenBy(task => task.View.SubmittedAt).ThenBy(task => task.View.TaskId, StringComparer.Ordinal))
        {
            Start(task);
        }
    }

    private string WhyItWaits(InMemoryTask task) =>
        task.Controls.After.Where(prerequisite => !tasks[prerequisite.TaskId].View.HasEnded).Select(prerequisite => $"waits for {prerequisite.TaskId} to end").FirstOrDefault()
        ?? (IsKeptApart(task) ? $"another task that is kept apart by '{task.Controls.AntiAffinity}' runs on the in-memory node" : WhyItWaits(task.Request));

    private string WhyItWaits(MeshTaskRequest request) => NodesOf(request) is > 1 and var needed ? $"It needs {needed} nodes at once, and there is one." : CanRun(request) ? "The in-memory node is closed to new work." : "No node can run it.";

    /// <summary>Different nodes that it needs at once.</summary>
    private static int NodesOf(MeshTaskRequest request) => request.Nodes ?? (request.Requirements?["nodes"] is JsonValue value && value.TryGetValue<int>(out var nodes) ? nodes : 1);
}
