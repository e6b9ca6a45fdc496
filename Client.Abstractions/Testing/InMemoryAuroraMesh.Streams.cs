using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Aurora.Client.Abstractions.Testing;

/// <content>Events, logs, and answers as they are written.</content>
public sealed partial class InMemoryAuroraMesh
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>What answers requests in OpenAI's protocol. Default: a chat or a prompt is answered with its own last text, embeddings with vectors of one number.</summary>
    public Func<OpenAiRequest, CancellationToken, Task<System.Text.Json.Nodes.JsonObject>> Infer { get; init; } = InMemoryInference.EchoAsync;

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeshEvent> WatchAsync(string taskId, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _ = Existing(taskId);
        var known = events.Read(0).Items;
        foreach (var happened in known.Skip(PlaceOf(after)).Where(happened => happened.TaskId == taskId))
        {
            yield return happened;
        }

        if (known.LastOrDefault(happened => happened.TaskId == taskId) is { EndsTask: true })
        {
            yield break;
        }

        await foreach (var happened in events.FollowAsync(Math.Max(known.Count, PlaceOf(after)), Never, cancellationToken).ConfigureAwait(false))
        {
            if (happened.TaskId == taskId)
            {
                yield return happened;
                if (happened.EndsTask)
                {
                    yield break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<MeshEvent> WatchMeshAsync(int recent = 0, string? after = null, CancellationToken cancellationToken = default) =>
        events.FollowAsync(after is null ? Math.Max(0, events.Read(0).Items.Count - recent) : PlaceOf(after), Never, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskOutput> ReadLogsAsync(
        string taskId, bool follow = false, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var task = Existing(taskId);
        await foreach (var output in task.Output.FollowAsync((int)Math.Min(from, int.MaxValue), follow ? task.Ended : Task.CompletedTask, cancellationToken).ConfigureAwait(false))
        {
            yield return output;
        }
    }

    /// <inheritdoc/>
    public async Task<JsonElement> InferAsync(OpenAiRequest request, CancellationToken cancellationToken = default)
    {
        request.Validate();
        return InMemoryTask.Element(await Infer(request, cancellationToken).ConfigureAwait(false))!.Value;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonElement> StreamAsync(OpenAiRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request.Validate();
        foreach (var chunk in InMemoryInference.Split(await Infer(request, cancellationToken).ConfigureAwait(false)))
        {
            yield return InMemoryTask.Element(chunk)!.Value;
        }
    }

    private static int PlaceOf(string? position) =>
        position is null ? 0
        : int.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
        : throw new AuroraMeshException($"'{position}' is not the position of an event of this mesh.");
}
