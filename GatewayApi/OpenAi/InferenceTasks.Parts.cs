using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Embeddings;
using Aurora.GatewayApi.Groups;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>Requests with so many inputs that they are shared out: a group of tasks, answered as one.</summary>
internal sealed partial class InferenceTasks
{
    public const string GroupHeader = "X-Aurora-Group";

    private const int CallsAtOnce = 64;

    public async Task ServePartsAsync(HttpContext context, InferenceRequest request, IReadOnlyList<InferenceRequest> parts)
    {
        var stem = ids.Next();
        var caller = CallerKey.Of(context);
        List<NewTask> tasks = [.. parts.Select((part, index) => new NewTask(GroupId.TaskId(stem, index), part.ToTask(caller).For(TenantName.Of(context)), Watched: true))];
        var isDone = false;
        try
        {
            var outcomes = await BatchSubmission.RunAsync(grains, tasks, context.RequestAborted);
            if (outcomes.Any(outcome => outcome.Status is "unknown" or "not_submitted" or "refused"))
            {
                await Problem.Unavailable("Not all of the request could be taken up; nothing of it goes on.").ExecuteAsync(context);
                return;
            }

            context.Response.Headers[GroupHeader] = GroupId.Of(tasks[0].TaskId);
            if (await WaitForAllAsync(tasks, context.RequestAborted) is { } failed)
            {
                await AnswerFailureAsync(context, failed);
                return;
            }

            isDone = true;
            await EmbeddingAnswer.WriteAsync(context, GroupPages.ReadLargeAsync(grains, tasks[0].TaskId[..^IndexDigits]));
        }
        finally
        {
            if (!isDone)
            {
                _ = Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (task, _) => await CancelAsync(task.TaskId));
            }
        }
    }

    // The number at the end of an id; what is before it is what all ids of the group begin with.
    private const int IndexDigits = 6;

    /// <summary>The first part that ended without its vectors; null when all of them have theirs.</summary>
    private async Task<TaskView?> WaitForAllAsync(List<NewTask> tasks, CancellationToken cancellation)
    {
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        TaskView? failed = null;
        try
        {
            await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = failing.Token }, async (task, stop) =>
            {
                var part = await WaitAsync(new InferenceCall(task.TaskId, model: null, instruments, time), stop);
                if (part is not { Status: "completed" } || EmbeddingAnswer.CountIn(part.Result) is null)
                {
                    Interlocked.CompareExchange(ref failed, part, null);
                    await failing.CancelAsync();
                }
            });
        }
        catch (OperationCanceledException) when (failed is not null && !cancellation.IsCancellationRequested)
        {
            // One is enough: the answer needs all of them.
        }

        return failed;
    }

    private async Task AnswerFailureAsync(HttpContext context, TaskView failed)
    {
        if (failed is { Status: "cancelled" })
        {
            await OpenAiError.Cancelled.WriteAsync(context);
        }
        else if (await FindRefusalAsync(failed.TaskId) is var (status, body))
        {
            await JsonAnswer.WriteAsync(context, body, status);
        }
        else
        {
            await OpenAiError.Upstream(failed.Error ?? "A node answered without vectors.").WriteAsync(context);
        }
    }
}
