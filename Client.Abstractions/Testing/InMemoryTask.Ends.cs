using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <content>How it ends, and how it goes back in line.</content>
internal sealed partial class InMemoryTask
{
    /// <summary>Cancels the task; false when it had ended.</summary>
    public bool TryCancel() => TryEnd(attempt: null, MeshTaskStatus.Cancelled, null, "cancelled by the caller");

    /// <summary>Fails the task while it waits; what it waited for can not come any more, or it waited too long.</summary>
    public void Abandon(string reason) => TryEnd(attempt: null, MeshTaskStatus.Failed, null, reason, isOfWaiting: true);

    /// <summary>Puts a task that failed back in line; false when it has not failed.</summary>
    public bool TryRetry()
    {
        lock (gate)
        {
            if (view.Status is not MeshTaskStatus.Failed)
            {
                return false;
            }

            view = view with { Status = MeshTaskStatus.Queued, AssignedNode = null, StartedAt = null, CompletedAt = null, Error = null };
            ended = NewSignal();
            (failures, waits) = (0, null);
        }

        Tell("task.retried");
        return true;
    }

    /// <summary>Ends a running attempt and puts the task back in line.</summary>
    public void Requeue(string reason)
    {
        int attempt;
        string? node;
        CancellationTokenSource? stop;
        lock (gate)
        {
            if (view.Status is not MeshTaskStatus.Running)
            {
                return;
            }

            (attempt, node, stop, running) = (view.Attempt, view.AssignedNode, running, null);
            view = view with { Status = MeshTaskStatus.Queued, AssignedNode = null, StartedAt = null };
        }

        stop?.Cancel();
        Tell("task.requeued", attempt, node, reason);
        changed(this);
    }

    /// <summary>An attempt failed: another one, or the end.</summary>
    private void Fail(int attempt, string kind, string error)
    {
        string? node;
        CancellationTokenSource? stop;
        bool triesAgain;
        lock (gate)
        {
            if (attempt != view.Attempt || view.Status is not MeshTaskStatus.Running)
            {
                return;
            }

            triesAgain = Controls.TriesAgain(kind, ++failures);
            (node, stop) = (view.AssignedNode, running);
            if (triesAgain)
            {
                running = null;
                view = view with { Status = MeshTaskStatus.Queued, AssignedNode = null, StartedAt = null, Members = WithLastError(error) };
            }
        }

        if (!triesAgain)
        {
            TryEnd(attempt, MeshTaskStatus.Failed, null, error);
        }

        // An attempt whose time is over still runs.
        stop?.Cancel();
        if (triesAgain)
        {
            Tell("task.requeued", attempt, node, error);
            changed(this);
        }
    }

    /// <param name="attempt">The attempt that says so; null for whoever says it of the task.</param>
    /// <param name="isOfWaiting">Whether it holds only while the task waits.</param>
    private bool TryEnd(int? attempt, MeshTaskStatus status, JsonNode? result, string? error, bool isOfWaiting = false)
    {
        MeshTask now;
        TaskCompletionSource waiting;
        CancellationTokenSource? stop;
        lock (gate)
        {
            if (view.HasEnded
                || (isOfWaiting && view.Status is not MeshTaskStatus.Queued)
                || (attempt is not null && (attempt != view.Attempt || view.Status is not MeshTaskStatus.Running)))
            {
                return false;
            }

            now = view = view with { Status = status, Result = Element(result), Error = error, CompletedAt = time.GetUtcNow(), Members = WithLastError(null) };
            (waiting, stop, running) = (ended, attempt is null ? running : null, null);
        }

        stop?.Cancel();
        Tell("task." + JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()), now.Attempt, now.AssignedNode, error);
        waiting.TrySetResult();
        changed(this);
        return true;
    }

    /// <summary>The members with why the last attempt failed, which a task has while it waits for the next.</summary>
    private Dictionary<string, JsonElement> WithLastError(string? error)
    {
        var members = view.Members.Where(member => member.Key != "last_error").ToDictionary();
        if (error is not null)
        {
            members["last_error"] = Element(JsonValue.Create(error))!.Value;
        }

        return members;
    }
}
