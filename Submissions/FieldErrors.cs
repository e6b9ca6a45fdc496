
namespace Aurora.Submissions;

/// <summary>Collects what is wrong with the fields of one body, so that a client sees all of it at once.</summary>
/// <param name="prefix">Path of the object inside the body, e.g. <c>tasks[17].</c>; empty for the body itself.</param>
public struct FieldErrors(string prefix)
{
    private Dictionary<string, string[]>? _errors;

    /// <summary>Whether anything is wrong.</summary>
    public readonly bool Any => _errors is not null;

    /// <summary>Notes what a field must be.</summary>
    public void Add(string field, string message)
    {
        _errors ??= [];
        var path = prefix + field;
        _errors[path] = _errors.TryGetValue(path, out var before) ? [.. before, message] : [message];
    }

    /// <summary>All of it as one refusal; only where there is any.</summary>
    public readonly SubmitRefusal ToRefusal() => SubmitRefusal.Invalid(_errors!);
}
