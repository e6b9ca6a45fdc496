namespace Aurora.Client.Abstractions.Views;

/// <summary>Something that happened in the mesh.</summary>
/// <param name="Position">Where it is in the mesh's log, the same through every gateway; null for one that is told from the task's row.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">For example <c>task.started</c>, or <see cref="Gap"/>; a reader ignores kinds that it does not know.</param>
/// <param name="TaskId">The task; null for an event of a node.</param>
/// <param name="Attempt">The attempt that it is about; 0 for none.</param>
/// <param name="NodeId">The node, when one has a part in it.</param>
/// <param name="Detail">A sentence or a word for a person.</param>
public sealed record MeshEvent(string? Position, DateTimeOffset At, string Kind, string? TaskId = null, int Attempt = 0, string? NodeId = null, string? Detail = null)
{
    /// <summary>The <see cref="Kind"/> of an event that stands for those that the mesh no longer has.</summary>
    public const string Gap = "gap";

    /// <summary>Whether nothing follows for the task, unless somebody retries it.</summary>
    public bool EndsTask => Kind is "task.completed" or "task.failed" or "task.cancelled";
}
