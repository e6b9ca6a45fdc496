using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Client.Abstractions;

/// <summary>One task of a mesh. A handle holds nothing but the id: it can be made again from it, in any process.</summary>
/// <param name="mesh">The mesh that has the task.</param>
/// <param name="taskId">The task's id.</param>
/// <param name="submission">The answer to its submit, where this handle came from one.</param>
public sealed class TaskHandle(IAuroraMesh mesh, string taskId, TaskSubmission? submission = null)
{
    // One question a person does not notice; the end of a task is answered at once.
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);
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

    /// <summary>
    /// The task now, then each time its status, node or attempt changed, until it has ended. Looks once a second and
    /// learns of the end at once; what came and went between two looks is not shown. An outage ends it only when the mesh's own repeats end.
    /// </summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public async IAsyncEnumerable<MeshTask> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var task = await GetAsync(cancellationToken).ConfigureAwait(false);
        yield return task;
        while (!task.HasEnded)
        {
            var next = Existing(await mesh.WaitAsync(TaskId, WatchPeriod, cancellationToken).ConfigureAwait(false));
            if ((next.Status, next.AssignedNode, next.Attempt) != (task.Status, task.AssignedNode, task.Attempt))
            {
                yield return next;
            }

            task = next;
        }
    }

    /// <inheritdoc cref="IAuroraMesh.CancelAsync"/>
    public Task<bool> CancelAsync(CancellationToken cancellationToken = default) => mesh.CancelAsync(TaskId, cancellationToken);

    private MeshTask Existing(MeshTask? task) => task ?? throw new TaskNotFoundException(TaskId);
}
