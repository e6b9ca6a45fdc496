using Aurora.GatewayApi.Problems;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Collects what is wrong with the fields of one body, so that a client sees all of it at once.</summary>
/// <param name="prefix">Path of the object inside the body, e.g. <c>tasks[17].</c>; empty for the body itself.</param>
internal struct FieldErrors(string prefix)
{
    private Dictionary<string, string[]>? _errors;

    public readonly bool Any => _errors is not null;

    public void Add(string field, string message)
    {
        _errors ??= [];
        var path = prefix + field;
        _errors[path] = _errors.TryGetValue(path, out var before) ? [.. before, message] : [message];
    }

    public readonly Problem ToProblem() => Problem.Invalid(_errors!);
}
