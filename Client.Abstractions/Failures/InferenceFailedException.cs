namespace Aurora.Client.Abstractions.Failures;

/// <summary>A request in OpenAI's protocol has no answer: no such model, the server refused it, or it broke off.</summary>
/// <param name="code">The stable name of the reason, e.g. <c>model_not_found</c>; null where there is none.</param>
public sealed class InferenceFailedException(string message, string? code = null) : AuroraMeshException(message)
{
    /// <summary>The stable name of the reason.</summary>
    public string? Code { get; } = code;
}
