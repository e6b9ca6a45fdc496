using System.Text.Json;
using Aurora.Client.Abstractions.Observability;
using Aurora.Client.Abstractions.Requests;
using Aurora.Client.Inference;
using Aurora.Client.Streams;

namespace Aurora.Client;

/// <content>Events, logs, and answers as they are written.</content>
internal sealed partial class AuroraOrleansMesh
{
    public IAsyncEnumerable<MeshEvent> WatchAsync(string taskId, string? after = null, CancellationToken cancellationToken = default) =>
        new TaskEventReader(grains, calls, time).ReadAsync(taskId, after, cancellationToken);

    public IAsyncEnumerable<MeshEvent> WatchMeshAsync(int recent = 0, string? after = null, CancellationToken cancellationToken = default) =>
        new MeshEventReader(grains, calls, time).ReadAsync(recent, after, cancellationToken);

    public IAsyncEnumerable<TaskOutput> ReadLogsAsync(string taskId, bool follow = false, long from = 0, CancellationToken cancellationToken = default) =>
        new TaskLogReader(grains, calls).ReadAsync(taskId, follow, from, cancellationToken);

    public async Task<JsonElement> InferAsync(OpenAiRequest request, CancellationToken cancellationToken = default) =>
        await MeshTracing.RunAsync(MeshTracing.Infer(request), () => new InferenceTasks(grains, calls).AnswerAsync(request, cancellationToken));

    public IAsyncEnumerable<JsonElement> StreamAsync(OpenAiRequest request, CancellationToken cancellationToken = default) =>
        new InferenceTasks(grains, calls).StreamAsync(request, cancellationToken);
}
