using System.Runtime.CompilerServices;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <summary>
/// A mesh by its grains, without a gateway between. The id of a task follows from its idempotency key, and the mesh accepts an id
/// once: a repeated submit never makes a second task.
/// </summary>
internal sealed class AuroraOrleansMesh(IGrainFactory grains, TimeProvider time) : IAuroraMesh
{
    private const int PageSize = 500;
    private const int EndedMax = 100;
    private const int GroupSize = 500;

    // One call to a task's grain waits at most this long.
    private static readonly TimeSpan OneWaitMax = TimeSpan.FromSeconds(20);

    private readonly GrainCalls calls = new(time);

    private ISchedulerGrain Scheduler => grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool);

    private IMeshGrain Mesh => grains.GetGrain<IMeshGrain>(0);

    private ITaskQueryGrain Query => grains.GetGrain<ITaskQueryGrain>(0);

    public async Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        (await SubmitAllAsync([request], static _ => "", SubmitOptions.KeyOf(options), cancellationToken))[0];

    public async Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default) =>
        await SubmitAllAsync(requests, static index => $"tasks[{index}].", SubmitOptions.KeyOf(options), cancellationToken);

    public async Task<MeshTask?> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        TaskMapping.View(await calls.RunAsync(() => TaskGrain(taskId).GetAsync(), cancellationToken));

    public async Task<MeshTask?> WaitAsync(string taskId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var left = timeout - time.GetElapsedTime(started);
            var wait = left < TimeSpan.Zero ? TimeSpan.Zero : left > OneWaitMax ? OneWaitMax : left;
            var task = await calls.RunAsync(() => TaskGrain(taskId).WaitAsync(wait), cancellationToken);
            if (task is null or { HasEnded: true } || left <= OneWaitMax)
            {
                return TaskMapping.View(task);
            }
        }
    }

    public async Task<bool> CancelAsync(string taskId, CancellationToken cancellationToken = default) =>
        await calls.RunAsync(() => TaskGrain(taskId).CancelAsync(), cancellationToken) switch
        {
            CancelOutcome.Cancelled => true,
            CancelOutcome.AlreadyEnded => false,
            _ => throw new TaskNotFoundException(taskId),
        };

    public async Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default) =>
        MeshMapping.View(await calls.RunAsync(() => TaskGrain(taskId).ExplainAsync(), cancellationToken));

    public async IAsyncEnumerable<MeshTask> ListActiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        while (true)
        {
            var last = after;
            var page = await calls.RunAsync(() => Query.ListActiveAsync(last, PageSize), cancellationToken);
            foreach (var task in page)
            {
                yield return TaskMapping.View(task)!;
            }

            if (page.Length < PageSize)
            {
                yield break;
            }

            after = page[^1].TaskId;
        }
    }

    public async Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default) =>
        [.. (await calls.RunAsync(() => Query.ListCompletedAsync(EndedMax), cancellationToken)).Select(task => TaskMapping.View(task)!)];

    public async Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        MeshMapping.Status(await calls.RunAsync(() => Mesh.GetMeshAsync(), cancellationToken));

    public async Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        [.. (await calls.RunAsync(() => Mesh.GetMeshAsync(), cancellationToken)).Nodes.Select(MeshMapping.Node)];

    private ITaskGrain TaskGrain(string taskId) => grains.GetGrain<ITaskGrain>(taskId);

    private async Task<IReadOnlyList<TaskHandle>> SubmitAllAsync(
        IReadOnlyList<MeshTaskRequest> requests, Func<int, string> prefix, string key, CancellationToken cancellationToken)
    {
        await JudgeAsync(requests, prefix, cancellationToken);
        var handles = new List<TaskHandle>(requests.Count);
        foreach (var group in requests.Select((request, index) => new NewTask(TaskIds.For(key, index), TaskMapping.Spec(request), Watched: false)).Chunk(GroupSize))
        {
            var outcomes = await calls.RunAsync(() => Scheduler.SubmitAsync(group), cancellationToken);
            handles.AddRange(outcomes.Select(outcome => new TaskHandle(
                this, outcome.TaskId, new TaskSubmission(outcome.TaskId, outcome.Status, outcome.Node, outcome.Message))));
        }

        return handles;
    }

    // The gateway judges for HTTP callers; here nobody is between the caller and the grains.
    private async Task JudgeAsync(IReadOnlyList<MeshTaskRequest> requests, Func<int, string> prefix, CancellationToken cancellationToken)
    {
        string[]? announced = null;
        foreach (var (index, request) in requests.Index())
        {
            request.Validate(prefix(index));
            if (KnownTaskTypes.All.Contains(request.TaskType, StringComparer.Ordinal))
            {
                continue;
            }

            announced ??= await calls.RunAsync(() => Mesh.GetTaskTypesAsync(), cancellationToken);
            if (!announced.Contains(request.TaskType, StringComparer.Ordinal))
            {
                throw new InvalidTaskException(
                    prefix(index) + "task_type", $"must be one of {string.Join(", ", KnownTaskTypes.All.Union(announced))}, or a type that a node announces");
            }
        }
    }
}
