namespace Aurora.Client.Abstractions;

/// <summary>How to submit.</summary>
public sealed record SubmitOptions
{
    /// <summary>
    /// Names this submit, 1 to 200 visible ASCII characters. The same key again, e.g. after a crash of the caller, is meant as the
    /// same submit. Default: a key of its own for each call.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The key of these options, or a new one.</summary>
    /// <exception cref="ArgumentException">The key has a form that no header can carry.</exception>
    public static string KeyOf(SubmitOptions? options)
    {
        if (options?.IdempotencyKey is not { } key)
        {
            return Guid.CreateVersion7().ToString("N");
        }

        return key.Length is > 0 and <= 200 && key.All(character => character is > ' ' and < (char)127)
            ? key
            : throw new ArgumentException($"{nameof(IdempotencyKey)} must be 1 to 200 visible ASCII characters.", nameof(options));
    }
}
