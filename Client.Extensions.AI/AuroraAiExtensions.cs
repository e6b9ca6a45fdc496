using Aurora.Client.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.AI;

/// <summary>The models of an Aurora mesh as clients of Microsoft.Extensions.AI.</summary>
public static class AuroraAiExtensions
{
    /// <summary>
    /// A chat with a model of the mesh. <see cref="ChatOptions.ConversationId"/> keeps a conversation on one node while that has room; the additional property
    /// <c>aurora.priority</c> is the task's priority, 0 to 10.
    /// </summary>
    /// <param name="mesh">The mesh that has the model.</param>
    /// <param name="model">The model where the options name none.</param>
    public static IChatClient AsChatClient(this IAuroraMesh mesh, string? model = null) => new MeshChatClient(mesh, model);

    /// <summary>Vectors of a model of the mesh.</summary>
    /// <param name="mesh">The mesh that has the model.</param>
    /// <param name="model">The model where the options name none.</param>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(this IAuroraMesh mesh, string? model = null) => new MeshEmbeddingGenerator(mesh, model);

    /// <summary>Adds a chat with a model of the <see cref="IAuroraMesh"/> that is registered.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="model">The model where the options name none.</param>
    public static IServiceCollection AddAuroraChatClient(this IServiceCollection services, string? model = null) =>
        services.AddSingleton(provider => provider.GetRequiredService<IAuroraMesh>().AsChatClient(model));

    /// <summary>Adds vectors of a model of the <see cref="IAuroraMesh"/> that is registered.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="model">The model where the options name none.</param>
    public static IServiceCollection AddAuroraEmbeddingGenerator(this IServiceCollection services, string? model = null) =>
        services.AddSingleton(provider => provider.GetRequiredService<IAuroraMesh>().AsEmbeddingGenerator(model));
}
