namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>One task as the outside sees it. Times are UTC.</summary>
/// <param name="Status">pending, queued, assigned, running, completed, failed or cancelled.</param>
/// <param name="Requirements">The requirements object as JSON text.</param>
/// <param name="Payload">The other user members of the body as one JSON object; null in listings.</param>
/// <param name="Result">The result as JSON text once the task completed.</param>
/// <param name="Error">Why it failed, or why it was cancelled.</param>
[GenerateSerializer, Immutable, Alias("aurora.task-view")]
public sealed record TaskView(
    [property: Id(0)] string TaskId,
    [property: Id(1)] string TaskType,
    [property: Id(2)] string Requirements,
    [property: Id(3)] int Priority,
    [property: Id(4)] string Status,
    [property: Id(5)] string? AssignedNode,
    [property: Id(6)] DateTimeOffset SubmittedAt,
    [property: Id(7)] DateTimeOffset? StartedAt,
    [property: Id(8)] DateTimeOffset? CompletedAt,
    [property: Id(9)] string? Result,
    [property: Id(10)] string? Error,
    [property: Id(11)] int Attempt,
    [property: Id(12)] int[] Gpus,
    [property: Id(13)] string? Payload)
{
    /// <summary>While the task waits for another attempt: why the last one failed.</summary>
    [Id(14)]
    public string? LastError { get; init; }

    /// <summary>While the task waits for another attempt: when that may start.</summary>
    [Id(15)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What it says beyond its needs; null for nothing.</summary>
    [Id(16)]
    public TaskControls? Controls { get; init; }

    /// <summary>How far the call of its webhook is; null without one, and in listings.</summary>
    [Id(17)]
    public WebhookView? Webhook { get; init; }

    /// <summary>The pool whose scheduler places it.</summary>
    [Id(20)]
    public string Pool { get; init; } = MeshConstants.DefaultPool;

    /// <summary>What its attempts so far cost, as far as their nodes tell a price.</summary>
    [Id(21)]
    public double Cost { get; init; }

    /// <summary>The members of a gang by rank; empty for a task of one node, and while it waits.</summary>
    [Id(22)]
    public GangMemberView[] Members { get; init; } = [];

    /// <summary>Whether the task has ended. Only a failed one can be given another chance.</summary>
    public bool HasEnded => Status is "completed" or "failed" or "cancelled";
}

/// <summary>How far the call of a task's webhook is.</summary>
/// <param name="State">pending, delivered or failed.</param>
/// <param name="Attempts">Calls so far.</param>
/// <param name="Error">Why the last call failed.</param>
[GenerateSerializer, Immutable, Alias("aurora.webhook-view")]
public sealed record WebhookView(
    [property: Id(0)] string State,
    [property: Id(1)] int Attempts,
    [property: Id(2)] string? Error);
