namespace Aurora.Submissions;

/// <summary>Why a body is no task.</summary>
/// <param name="Detail">What is wrong, in sentences; for a broken body with the line and byte.</param>
/// <param name="Errors">Field → what it must be; null for a body that is not JSON at all.</param>
public sealed record SubmitRefusal(string Detail, IReadOnlyDictionary<string, string[]>? Errors)
{
    /// <summary>A well-formed body with bad values.</summary>
    public static SubmitRefusal Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(string.Join(' ', errors.SelectMany(field => field.Value, (field, message) => $"{field.Key} {message}.")), errors);

    /// <summary>A well-formed body with one bad value.</summary>
    public static SubmitRefusal Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>A body that is not JSON.</summary>
    public static SubmitRefusal Broken(string detail) => new(detail, null);
}
