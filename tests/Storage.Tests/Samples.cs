using Aurora.Scheduling.Lifecycle;

namespace Aurora.Storage.Tests;

/// <summary>Rows and operations in a word each.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);

    /// <summary>What the first scheduler of a fresh store gets.</summary>
    public const long FirstEpoch = 1;

    public static TaskRow Queued(string id) => new()
    {
        TaskId = id,
        TaskType = "inference",
        Priority = 5,
        Phase = TaskPhase.Queued,
        GpuCount = 1,
        MemoryBytes = 8L << 30,
        GpuType = "H100",
        SubmittedAt = Noon,
        Requirements = """{"gpu_count": 1}""",
        Payload = """{"model": "m"}""",
    };

    public static TaskRow Assigned(string id) => Queued(id) with
    {
        Phase = TaskPhase.Assigned,
        Attempt = 1,
        NodeId = "node-1",
        NodeEpoch = 7,
        Gpus = [1, 0],
    };

    public static TaskOperation Insert(TaskRow row, long epoch = FirstEpoch) => new TaskOperation.Insert(row, epoch);

    public static TaskOperation Assign(string id, int attempt, long epoch) => new TaskOperation.Assign(id, attempt, "node-2", 9, [3], epoch);

    public static TaskOperation Start(string id, int attempt) => new TaskOperation.Start(id, attempt, Noon.AddSeconds(1));

    public static TaskOperation.Requeue Requeue(string id, int attempt, string nodeId = "node-1") => new(id, attempt, nodeId, RetryState.Fresh, null, null) { EndedAt = Noon.AddSeconds(2) };

    public static TaskOperation Finish(string id, int attempt, string? result = """{"ok":true}""")
        => new TaskOperation.Finish(id, attempt, TaskPhase.Completed, Noon.AddSeconds(1), Noon.AddSeconds(2), result, null, RetryState.Fresh);

    public static TaskOperation FinishAt(string id, int attempt, DateTimeOffset completedAt)
        => new TaskOperation.Finish(id, attempt, TaskPhase.Completed, null, completedAt, null, null, RetryState.Fresh);

    public static TaskOperation Fail(string id, int attempt, DateTimeOffset at)
        => new TaskOperation.Finish(id, attempt, TaskPhase.Failed, null, at, null, "boom", new RetryState(3, 1, 3) { Crashes = 1 });

    public static TaskOperation Cancel(string id) => new TaskOperation.Cancel(id, Noon.AddSeconds(3), "by request");

    public static async Task<OperationOutcome> DoAsync(this ITaskStore store, TaskOperation operation)
        => (await store.CommitAsync([operation]))[0];

    public static async Task<TaskRow> RowAsync(this ITaskStore store, string id)
        => await store.GetAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"No task {id}.");
}
