using System.Text.Json;

namespace Aurora.Client.Abstractions;

/// <content>
/// What comes piece by piece. A stream goes on by itself where it was when its gateway is lost, stops or falls silent; it ends
/// with an exception only when no address answers for as long as a call is repeated.
/// </content>
public partial interface IAuroraMesh
{
    /// <summary>What happened and happens to a task, from its first event or after a position, until it has ended.</summary>
    /// <param name="after"><see cref="MeshEvent.Position"/> of the last event that was seen; null for none.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    IAsyncEnumerable<MeshEvent> WatchAsync(string taskId, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>What happens in the mesh from now on, in all its pools. It never ends.</summary>
    /// <param name="recent">Past events that come first, 0 to 1,000.</param>
    /// <param name="after"><see cref="MeshEvent.Position"/> of the last event that was seen; it stands in the place of <paramref name="recent"/>.</param>
    IAsyncEnumerable<MeshEvent> WatchMeshAsync(int recent = 0, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>What a task wrote from a position on; with <paramref name="follow"/> also what it writes, until it has ended.</summary>
    /// <param name="from">The first position that is wanted: one more than <see cref="TaskOutput.Position"/> of the last piece that was seen.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    IAsyncEnumerable<TaskOutput> ReadLogsAsync(string taskId, bool follow = false, long from = 0, CancellationToken cancellationToken = default);

    /// <summary>Answers a request in OpenAI's protocol as a whole. A cancelled call cancels its task.</summary>
    /// <exception cref="InferenceFailedException">There is no answer.</exception>
    Task<JsonElement> InferAsync(OpenAiRequest request, CancellationToken cancellationToken = default);

    /// <summary>The same event by event, as the inference server makes them. It is not begun again once it has begun to answer.</summary>
    /// <exception cref="InferenceFailedException">There is no answer, or it broke off.</exception>
    IAsyncEnumerable<JsonElement> StreamAsync(OpenAiRequest request, CancellationToken cancellationToken = default);
}
