using System.Runtime.CompilerServices;
using System.Text.Json;
using Aurora.Client.Abstractions.Requests;
using Aurora.Client.Streams;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client.Inference;

/// <summary>Serves requests as tasks: submits, answers, and cancels what its caller no longer waits for.</summary>
internal sealed class InferenceTasks(IGrainFactory grains, GrainCalls calls)
{
    private const string Done = "[DONE]";
    private static readonly TimeSpan OneWait = TimeSpan.FromSeconds(20);

    public async Task<JsonElement> AnswerAsync(OpenAiRequest request, CancellationToken cancellationToken)
    {
        var task = await SubmitAsync(request, streams: false, cancellationToken);
        var hasEnded = false;
        try
        {
            var view = await WaitAsync(task, cancellationToken);
            hasEnded = true;
            return await AnswerOfAsync(view, cancellationToken);
        }
        finally
        {
            CancelUnless(hasEnded, task);
        }
    }

    public async IAsyncEnumerable<JsonElement> StreamAsync(OpenAiRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var task = await SubmitAsync(request, streams: true, cancellationToken);
        var hasEnded = false;
        try
        {
            long expected = -1;
            await foreach (var item in new TaskOutputReader(grains, calls).FollowAsync(task.GetPrimaryKeyString(), OutputPosition.Start, cancellationToken))
            {
                if (item.Kind is not OutputKind.Delta)
                {
                    continue;
                }

                if (item.Position != expected && (expected >= 0 || OutputPosition.SequenceOf(item.Position) != 0))
                {
                    throw new InferenceFailedException("Part of the answer is gone: its node was lost, or it was read too slowly.", "upstream_failed");
                }

                if (item.Text == Done)
                {
                    // The task ends a moment later, with or without this caller.
                    hasEnded = true;
                    yield break;
                }

                expected = item.Position + 1;
                yield return Parse(item.Text);
            }

            var view = await WaitAsync(task, cancellationToken);
            hasEnded = true;
            if (expected >= 0)
            {
                throw new InferenceFailedException(view.Error ?? "The answer broke off before its end.", "upstream_failed");
            }

            // A server that does not stream answers as a whole.
            yield return await AnswerOfAsync(view, cancellationToken);
        }
        finally
        {
            CancelUnless(hasEnded, task);
        }
    }

    private async Task<ITaskGrain> SubmitAsync(OpenAiRequest request, bool streams, CancellationToken cancellationToken)
    {
        request.Validate();
        var routes = await calls.RunAsync(() => grains.GetGrain<IRouteGrain>(0).ListAsync(), cancellationToken);
        if (Array.Exists(routes, route => route.Name == request.ModelName))
        {
            throw new InferenceFailedException($"'{request.ModelName}' is a route, which only a gateway splits over its variants: ask with the HTTP client, or for one of its models.", "model_is_route");
        }

        var models = MeshModels.Of(await calls.RunAsync(() => grains.GetGrain<IMeshGrain>(0).GetMeshAsync(), cancellationToken));
        var model = models.Find(request.ModelName!);
        if (model is null && !models.ServesAny)
        {
            throw new InferenceFailedException(
                models.All.Count == 0
                    ? $"The model '{request.ModelName}' does not exist: no node of the mesh offers a model at the moment."
                    : $"The model '{request.ModelName}' does not exist in the mesh; it has {string.Join(", ", models.All.Select(known => known.Name))}.",
                "model_not_found");
        }

        var spec = InferenceTask.For(request, streams, model?.Pool ?? MeshConstants.DefaultPool);
        var task = new NewTask($"{MeshConstants.TaskIdPrefix}{Guid.CreateVersion7():N}", spec, Watched: true);
        var outcome = (await calls.RunAsync(() => grains.GetGrain<ISchedulerGrain>(spec.Pool).SubmitAsync([task]), cancellationToken))[0];
        return outcome.Status == "refused" ? throw new QueueFullException(outcome.Message!) : grains.GetGrain<ITaskGrain>(task.TaskId);
    }

    private async Task<TaskView> WaitAsync(ITaskGrain task, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await calls.RunAsync(() => task.WaitAsync(OneWait), cancellationToken) is { HasEnded: true } view)
            {
                return view;
            }
        }
    }

    private async Task<JsonElement> AnswerOfAsync(TaskView task, CancellationToken cancellationToken) => task switch
    {
        { Status: "completed", Result: { } result } => Parse(result),
        { Status: "cancelled" } => throw new InferenceFailedException("The request's task was cancelled through the mesh.", "task_cancelled"),
        _ => throw new InferenceFailedException(await FindRefusalAsync(task.TaskId, cancellationToken) ?? task.Error ?? "The node gave no reason.", "upstream_failed"),
    };

    /// <summary>What the inference server answered instead of serving the request; null for nothing.</summary>
    private async Task<string?> FindRefusalAsync(string taskId, CancellationToken cancellationToken)
    {
        string? refusal = null;
        await foreach (var item in new TaskOutputReader(grains, calls).ReadAsync(taskId, OutputPosition.Start, cancellationToken))
        {
            refusal = item.Kind is OutputKind.Refusal ? item.Text : refusal;
        }

        if (refusal is null)
        {
            return null;
        }

        var body = Parse(refusal);
        return body.ValueKind is JsonValueKind.Object && body.TryGetProperty("body", out var answer) && answer.ValueKind is JsonValueKind.Object
            && answer.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object
            && error.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String
                ? message.GetString()
                : refusal;
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new InferenceFailedException($"The inference server answered something that is not JSON: {failure.Message}", "upstream_failed");
        }
    }

    /// <summary>Nobody needs what the node still makes.</summary>
    private void CancelUnless(bool hasEnded, ITaskGrain task)
    {
        if (!hasEnded)
        {
            _ = calls.RunAsync(() => task.CancelAsync(), CancellationToken.None).ContinueWith(
                static cancelled => _ = cancelled.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
