using Aurora.Grains.Interfaces.Models;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>One inference server as its last probe found it.</summary>
/// <param name="Kind"><c>ollama</c>, <c>vllm</c>, <c>llama.cpp</c>, <c>lm-studio</c>, or <c>openai</c> for any other server of that shape.</param>
/// <param name="Models">In the server's order.</param>
internal sealed record Backend(BackendAddress Address, string Kind, IReadOnlyList<BackendModel> Models)
{
    /// <summary>The model that a task means by <paramref name="name"/>, or null.</summary>
    public BackendModel? Find(string name)
    {
        var canonical = ModelName.Canonical(name);
        return Models.FirstOrDefault(model => ModelName.Canonical(model.Name) == canonical);
    }

    /// <summary>The model for a task that names none: one for the purpose before others, a loaded one before others.</summary>
    public BackendModel? Default(bool forEmbeddings) => Models
        .OrderByDescending(model => model.IsForEmbeddings == forEmbeddings)
        .ThenByDescending(model => model.Loaded)
        .FirstOrDefault();
}

/// <summary>A model that a server offers.</summary>
/// <param name="Loaded">Whether it is in memory now, so that a task starts without waiting for it.</param>
internal sealed record BackendModel(string Name, bool Loaded)
{
    /// <summary>What it takes of the GPUs' memory; null where the server does not tell.</summary>
    public long? VramBytes { get; init; }

    /// <summary>Servers do not say what a model is for; the names of embedding models do.</summary>
    public bool IsForEmbeddings { get; } = Name.Contains("embed", StringComparison.OrdinalIgnoreCase);
}
