using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;
using Aurora.Storage;

namespace Aurora.Grains.Tasks;

/// <summary>Between the wire, the core and the store.</summary>
internal static class TaskMapping
{
    // A rule of thumb for text and the JSON around it; only the server's tokenizer could count.
    private const int CharactersPerToken = 4;

    public static string ToStatus(this TaskPhase phase) => phase switch
    {
        TaskPhase.Queued => "queued",
        TaskPhase.Assigned => "assigned",
        TaskPhase.Running => "running",
        TaskPhase.Completed => "completed",
        TaskPhase.Failed => "failed",
        TaskPhase.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };

    public static bool HasEnded(this TaskPhase phase) => phase >= TaskPhase.Completed;

    public static TaskView ToView(this TaskRow row, bool withPayload) => new(
        row.TaskId,
        row.TaskType,
        row.Requirements ?? "{}",
        row.Priority,
        row.Phase.ToStatus(),
        // A task that went back to the queue remembers its last node; to the outside it is assigned to none.
        row.Phase == TaskPhase.Queued ? null : row.NodeId,
        row.SubmittedAt,
        row.StartedAt,
        row.CompletedAt,
        // Rank 0 of a gang may have ended before the others.
        row.Phase == TaskPhase.Completed ? row.Result : null,
        row.Phase.HasEnded() ? row.Error : null,
        row.Attempt,
        row.Phase == TaskPhase.Queued ? [] : [.. row.Gpus],
        withPayload ? row.Payload : null)
    {
        LastError = row.Phase.HasEnded() ? null : row.Error,
        NotBefore = row.NotBefore,
        Controls = ControlsMapping.Parse(row.Controls),
        Webhook = withPayload ? row.ToWebhook() : null,
        Pool = row.Pool,
        Cost = row.Cost,
        Members = row.ToMembers(),
    };

    private static WebhookView? ToWebhook(this TaskRow row) => row.WebhookDue is null && row.WebhookAttempts == 0
        ? null
        : new WebhookView(row.WebhookDue is not null ? "pending" : row.WebhookError is null ? "delivered" : "failed", row.WebhookAttempts, row.WebhookError);

    public static AttemptHistory ToHistory(this RetryState retry) => new(retry.Failures, retry.Losses, retry.MaxAttempts)
    {
        MemoryFloor = retry.MemoryFloor,
        Crashes = retry.Crashes,
    };

    public static RetryState ToState(this AttemptHistory history) => new(history.Failures, history.Losses, history.MaxAttempts)
    {
        MemoryFloor = history.MemoryFloor,
        Crashes = history.Crashes,
    };

    /// <summary>The order that the node has by the committed row. How the members of a gang reach each other was told with the first one.</summary>
    public static AttemptAssignment ToAssignment(this TaskRow row, string nodeId) => new(
        row.TaskId, row.Attempt, row.TaskType, row.Priority, [.. row.Members is null ? row.Gpus : row.ToPlacement().GpusOn(nodeId)],
        row.ToShapes().PlacedOn(row.Gpus).MemoryBytesPerGpu,
        row.Requirements ?? "{}", row.Payload ?? "{}", row.SubmittedAt)
    {
        History = row.Retry.ToHistory(),
        Controls = ControlsMapping.Parse(row.Controls),
        Pool = row.Pool,
        Gang = row.Members is null ? null : row.ToPlacement().ToGang(nodeId, member => member),
    };

    /// <param name="task">The task.</param>
    /// <param name="submittedAt">When it came.</param>
    /// <param name="countsContext">Whether a request to a model tells about how much there is to read, which a mesh needs that has a time for first tokens.</param>
    public static PendingTask ToPending(this NewTask task, DateTimeOffset submittedAt, bool countsContext = false)
    {
        var shapes = task.Spec.ToShapes();
        return new PendingTask(task.TaskId, shapes[0], task.Spec.Priority, submittedAt, Attempt: 0)
        {
            AnyOf = shapes.Length > 1 ? shapes : [],
            Profile = ShapeMapping.ProfileOf(task.Spec.Requirements),
            Session = task.Spec.Session,
            ContextTokens = countsContext && shapes[0].Model is not null ? task.Spec.Payload.Length / CharactersPerToken : 0,
            Duration = ControlsMapping.Seconds(task.Spec.Controls?.DurationS),
            GpuSpeeds = ShapeMapping.SpeedsOf(task.Spec.Requirements),
            Deadline = task.Spec.Controls?.DeadlineOf(submittedAt),
        };
    }

    public static PendingTask ToPending(this TaskRow row)
    {
        var shapes = row.ToShapes();
        var controls = ControlsMapping.Parse(row.Controls);
        return new PendingTask(row.TaskId, shapes[0], row.Priority, row.SubmittedAt, row.Attempt)
        {
            AnyOf = shapes.Length > 1 ? shapes : [],
            Profile = ShapeMapping.ProfileOf(row.Requirements),
            AvoidNode = row.Phase == TaskPhase.Queued ? row.NodeId : null,
            Duration = ControlsMapping.Seconds(controls?.DurationS),
            GpuSpeeds = ShapeMapping.SpeedsOf(row.Requirements),
            Deadline = controls?.DeadlineOf(row.SubmittedAt),
            AttainedGpuSeconds = row.AttainedGpuSeconds,
        };
    }

    /// <summary>A placement as committed; the attempt that is placed is counted by the placement, not by its task.</summary>
    public static Placement ToPlacement(this TaskRow row) => new(
        row.ToPending() with { Attempt = row.Attempt - 1, Shape = row.ToShapes().PlacedOn(row.Gpus) },
        row.Attempt,
        row.NodeId!,
        row.NodeEpoch,
        row.Gpus)
    { Gang = row.Members };

    public static TaskRow ToRow(this NewTask task, DateTimeOffset submittedAt, Placement? placement)
    {
        var spec = task.Spec;
        return new TaskRow
        {
            TaskId = task.TaskId,
            TaskType = spec.TaskType,
            Priority = spec.Priority,
            Phase = placement is null ? TaskPhase.Queued : TaskPhase.Assigned,
            Attempt = placement?.Attempt ?? 0,
            NodeId = placement?.NodeId,
            NodeEpoch = placement?.NodeEpoch ?? 0,
            Gpus = placement?.Gpus ?? [],
            GpuCount = spec.GpuCount,
            MemoryBytes = spec.MemoryBytes,
            GpuType = spec.GpuType,
            SubmittedAt = submittedAt,
            Requirements = spec.Requirements,
            Payload = spec.Payload,
            Retry = RetryState.Fresh with { MaxAttempts = spec.MaxAttempts },
            RequestHash = task.RequestHash,
            Pool = spec.Pool,
            Controls = spec.Controls.ToJson(),
            WebhookDue = spec.Controls?.Webhook is null ? null : submittedAt,
        };
    }
}
