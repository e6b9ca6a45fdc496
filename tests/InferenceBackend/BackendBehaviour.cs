namespace Aurora.InferenceBackend;

/// <summary>How a <see cref="TestInferenceServer"/> behaves. Anything may be changed while it runs.</summary>
public sealed class BackendBehaviour
{
    /// <summary>The models it lists.</summary>
    public IReadOnlyList<string> Models { get; set; } = ["test-chat", "test-embed"];

    /// <summary>Those in memory, said in Ollama's way; null for a server that has all it lists in memory, as vLLM does.</summary>
    public IReadOnlyList<string>? Loaded { get; set; }

    /// <summary>Tokens of each answer, "word0", "word1" and so on.</summary>
    public int Tokens { get; set; } = 5;

    /// <summary>The time before each token; 0 writes them as fast as the connection takes them.</summary>
    public TimeSpan TokenDelay { get; set; }

    /// <summary>Held back until it ends: before the token of this number, 0 for the first.</summary>
    public (int Token, Task Gate)? Hold { get; set; }

    /// <summary>A status to refuse every request with, or null.</summary>
    public int? RefusesWith { get; set; }

    /// <summary>
    /// The token before which the connection is cut, 0 for the first; null for never. A cut may overtake what was written just
    /// before; hold the token back until that has arrived.
    /// </summary>
    public int? CutsBefore { get; set; }
}
