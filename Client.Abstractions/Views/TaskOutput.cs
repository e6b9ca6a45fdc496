namespace Aurora.Client.Abstractions.Views;

/// <summary>A piece of what a task wrote.</summary>
/// <param name="Position">Grows over all attempts of the task; reading can go on after it, at any gateway.</param>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Text">A part of a line or many lines; for <see cref="TaskOutputKind.Progress"/> a JSON object.</param>
public sealed record TaskOutput(long Position, int Attempt, TaskOutputKind Kind, string Text);

/// <summary>What a piece of output is.</summary>
public enum TaskOutputKind
{
    /// <summary>Of the standard output.</summary>
    Stdout,

    /// <summary>Of the standard error.</summary>
    Stderr,

    /// <summary>How far the attempt says that it is.</summary>
    Progress,
}
