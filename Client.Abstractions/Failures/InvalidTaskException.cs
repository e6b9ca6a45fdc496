namespace Aurora.Client.Abstractions.Failures;

/// <summary>A task has a value that it cannot have; nothing was accepted.</summary>
public sealed class InvalidTaskException : AuroraMeshException
{
    /// <summary>One field, and what it must be.</summary>
    public InvalidTaskException(string field, string message)
        : this($"{field} {message}.", new Dictionary<string, string[]> { [field] = [message] })
    {
    }

    /// <summary>The mesh's own words, with what is wrong by field.</summary>
    public InvalidTaskException(string detail, IReadOnlyDictionary<string, string[]> errors)
        : base(detail) => Errors = errors;

    /// <summary>Field → what it must be.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }
}
