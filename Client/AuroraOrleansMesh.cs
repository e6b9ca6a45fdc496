using Aurora.Client.Abstractions.Observability;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <summary>
/// A mesh by its grains, without a gateway between. The ids of a submit's tasks follow from its idempotency key, and the mesh accepts
/// an id once: a repeated submit never makes a second task.
/// </summary>
internal sealed partial class AuroraOrleansMesh : IAuroraMesh
{
    private const int EndedMax = 100;

    // One call to a task's grain waits at most this long.
    private static readonly TimeSpan OneWaitMax = TimeSpan.FromSeconds(20);

    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly GrainCalls calls;
    private readonly TaskJudge judge;
    private readonly TaskSubmit submit;

    public AuroraOrleansMesh(IGrainFactory grains, TimeProvider time)
    {
        this.grains = grains;
        this.time = time;
        calls = new GrainCalls(time);
        judge = new TaskJudge(grains, calls);
        submit = new TaskSubmit(grains, calls);
    }

    private IMeshGrain Mesh => grains.GetGrain<IMeshGrain>(0);

    private ITaskQueryGrain Query => grains.GetGrain<ITaskQueryGrain>(0);

    public async Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = request.ToJson();
        var specs = await judge.ReadAsync([(request, body)], static _ => "", takesPrerequisites: true, cancellationToken);
        var key = SubmitKey.Of(options, body);
        var submission = (await MeshTracing.RunAsync(MeshTracing.Submit(1), () => submit.RunAsync(specs, key, isBatch: false, cancellationToken)))[0];
        return submission.Status == "refused" ? throw new QueueFullException(submission.Message!) : new TaskHandle(this, submission.TaskId, submission);
    }

    public async Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var bodies = requests.Select(request => (request, Body: request.ToJson())).ToList();
        var specs = await judge.ReadAsync(bodies, static index => $"tasks[{index}].", takesPrerequisites: true, cancellationToken);
        var key = SubmitKey.Of(options, new System.Text.Json.Nodes.JsonArray([.. bodies.Select(task => task.Body)]));
        var submissions = await MeshTracing.RunAsync(MeshTracing.Submit(requests.Count), () => submit.RunAsync(specs, key, isBatch: true, cancellationToken));
        return submissions.Count > 0 && submissions.All(submission => submission.Status == "refused")
            ? throw new QueueFullException(submissions[0].Message!)
            : [.. submissions.Select(submission => new TaskHandle(this, submission.TaskId, submission))];
    }

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

    public async Task<bool> RetryAsync(string taskId, CancellationToken cancellationToken = default) =>
        await calls.RunAsync(() => TaskGrain(taskId).RetryAsync(), cancellationToken) switch
        {
            RetryOutcome.Queued => true,
            RetryOutcome.NotFailed => false,
            _ => throw new TaskNotFoundException(taskId),
        };

    public async Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default) =>
        MeshMapping.View(await calls.RunAsync(() => TaskGrain(taskId).ExplainAsync(), cancellationToken));

    private ITaskGrain TaskGrain(string taskId) => grains.GetReference<ITaskGrain>(taskId);
}
