namespace Aurora.Scheduling.Planning;

/// <summary>When a waiting task may start.</summary>
/// <param name="At">Null where nobody can tell.</param>
/// <param name="Basis">One sentence on what it rests on.</param>
public sealed record ExpectedStart(DateTimeOffset? At, string Basis);
