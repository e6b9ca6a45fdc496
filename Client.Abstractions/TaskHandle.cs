using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Client.Abstractions;

/// <summary>One task of a mesh. A handle holds nothing but the id: it can be made again from it, in any process.</summary>
/// <param name="mesh">The mesh that has the task.</param>
/// <param name="taskId">The task's id.</param>
/// <param name="submission">The answer to its submit, where this handle came from one.</param>
public sealed class TaskHandle(IAuroraMesh mesh, string taskId, TaskSubmission? submission = null)
{
    private static readonly TimeSpan OneWait = TimeSpan.FromSeconds(30);

    /// <summary>The task's id.</summary>
    public string TaskId { get; } = taskId;

    /// <summary>What the mesh answered to the submit; null for a handle made from an id.</summary>
    public TaskSubmission? Submission { get; } = submission;

    /// <summary>The task as it is.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public async Task<MeshTask> GetAsync(CancellationToken cancellationToken = default) => Existing(await mesh.FindAsync(TaskId, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until the task has ended, however that is.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public async Task<MeshTask> WaitAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var task = Existing(await mesh.WaitAsync(TaskId, OneWait, cancellationToken).ConfigureAwait(false));
            if (task.HasEnded)
            {
                return task;
            }
        }
    }

    /// <summary>Waits for the result.</summary>
    /// <exception cref="TaskFailedException">The task failed or was cancelled; the exception has the task.</exception>
    public async Task<JsonElement?> GetResultAsync(CancellationToken cancellationToken = default)
    {
        var task = await WaitAsync(cancellationToken).ConfigureAwait(false);
        return task.Status is MeshTaskStatus.Completed ? task.Result : throw new TaskFailedException(task);
    }

    /// <summary>Waits for the result and reads it.</summary>
    /// <exception cref="TaskFailedException">The task failed or was cancelled.</exception>
    /// <exception cref="JsonException">The result has another shape.</exception>
    public async Task<T?> GetResultAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        await GetResultAsync(cancellationToken).ConfigureAwait(false) is { } result ? result.Deserialize(type) : default;

    /// <inheritdoc cref="IAuroraMesh.WatchAsync"/>
    public IAsyncEnumerable<MeshEvent> WatchAsync(string? after = null, CancellationToken cancellationToken = default) =>
        mesh.WatchAsync(TaskId, after, cancellationToken);

    /// <summary>What it wrote and writes, from a position on, until it has ended.</summary>
    /// <param name="from">The first position that is wanted: one more than <see cref="TaskOutput.Position"/> of the last piece that was seen.</param>
    /// <param name="follow">Whether to go on until the task has ended; otherwise what there is so far.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public IAsyncEnumerable<TaskOutput> LogsAsync(bool follow = true, long from = 0, CancellationToken cancellationToken = default) =>
        mesh.ReadLogsAsync(TaskId, follow, from, cancellationToken);

    /// <inheritdoc cref="IAuroraMesh.CancelAsync"/>
    public Task<bool> CancelAsync(CancellationToken cancellationToken = default) => mesh.CancelAsync(TaskId, cancellationToken);

    /// <inheritdoc cref="IAuroraMesh.RetryAsync"/>
    public Task<bool> RetryAsync(CancellationToken cancellationToken = default) => mesh.RetryAsync(TaskId, cancellationToken);

    /// <summary>Why it waits, or why it went where it is.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public async Task<TaskExplanation> ExplainAsync(CancellationToken cancellationToken = default) =>
        await mesh.ExplainAsync(TaskId, cancellationToken).ConfigureAwait(false) ?? throw new TaskNotFoundException(TaskId);

    private MeshTask Existing(MeshTask? task) => task ?? throw new TaskNotFoundException(TaskId);
}
