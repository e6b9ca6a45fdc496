namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>The documented task types.</summary>
public static class KnownTaskTypes
{
    public const string LlmInference = "llm_inference";
    public const string Training = "training";
    public const string Embeddings = "embeddings";
    public const string Custom = "custom";
    public const string Test = "test";

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } = [LlmInference, Training, Embeddings, Custom, Test];
}
