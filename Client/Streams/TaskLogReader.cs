using System.Runtime.CompilerServices;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client.Streams;

/// <summary>The log of a task, as long as the mesh has it in memory. What is kept after that is with the gateways.</summary>
internal sealed class TaskLogReader(IGrainFactory grains, GrainCalls calls)
{
    private readonly TaskOutputReader outputs = new(grains, calls);

    public async IAsyncEnumerable<TaskOutput> ReadAsync(string taskId, bool follow, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var task = await calls.RunAsync(() => grains.GetGrain<ITaskGrain>(taskId).GetAsync(), cancellationToken) ?? throw new TaskNotFoundException(taskId);
        if (IsScript(task) && task is { HasEnded: true, Attempt: > 0 } && await outputs.FindAttemptAsync(taskId, cancellationToken) < task.Attempt)
        {
            throw new AuroraMeshException($"The log of task {taskId} is no longer in the mesh's memory. A gateway keeps the logs of attempts that ended: read it with the HTTP client.");
        }

        await foreach (var item in follow ? outputs.FollowAsync(taskId, from, cancellationToken) : outputs.ReadAsync(taskId, from, cancellationToken))
        {
            if (KindOf(item.Kind) is { } kind)
            {
                yield return new TaskOutput(item.Position, OutputPosition.AttemptOf(item.Position), kind, item.Text);
            }
        }
    }

    // The mesh's own task types beside the scripts write no log.
    private static bool IsScript(TaskView task) => task.TaskType is not (KnownTaskTypes.Test or KnownTaskTypes.LlmInference or KnownTaskTypes.Embeddings);

    private static TaskOutputKind? KindOf(OutputKind kind) => kind switch
    {
        OutputKind.Stdout => TaskOutputKind.Stdout,
        OutputKind.Stderr => TaskOutputKind.Stderr,
        OutputKind.Progress => TaskOutputKind.Progress,
        _ => null,
    };
}
