using System.Runtime.CompilerServices;

namespace Aurora.Client.Extensions.AI;

/// <summary>A chat with a model of the mesh. Each answer is a task, on a node that has the model.</summary>
internal sealed class MeshChatClient(IAuroraMesh mesh, string? model) : IChatClient
{
    private readonly ChatClientMetadata metadata = new("aurora", providerUri: null, model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        ChatAnswer.Read(await mesh.InferAsync(ChatQuestion.Write(messages, options, model), cancellationToken).ConfigureAwait(false));

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var answer = new ChatStream();
        await foreach (var piece in mesh.StreamAsync(ChatQuestion.Write(messages, options, model), cancellationToken).ConfigureAwait(false))
        {
            yield return answer.Read(piece);
        }

        if (answer.ToolCalls is { } calls)
        {
            yield return calls;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType == typeof(IAuroraMesh) ? mesh
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // The mesh is whoever's who made it.
    }
}
