namespace Aurora.Client.Abstractions;

/// <content>What an operator asks and does.</content>
public partial interface IAuroraMesh
{
    /// <summary>What would become of these tasks, at most 1,000, if they were submitted now; one answer a task, in order. Nothing is submitted.</summary>
    /// <exception cref="InvalidTaskException">One of them is refused.</exception>
    Task<IReadOnlyList<TaskPlan>> PlanAsync(IReadOnlyList<MeshTaskRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>The tasks that go next.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="pool">The one pool that is meant; null for all.</param>
    /// <param name="minPriority">0 to 10: those of a lower priority are left out.</param>
    /// <param name="maxPriority">At least <paramref name="minPriority"/>, at most 10: those of a higher priority are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    Task<MeshQueue> GetQueueAsync(
        int limit = 100, string? pool = null, int minPriority = 0, int maxPriority = 10, CancellationToken cancellationToken = default);

    /// <summary>The models of the mesh, and where each is.</summary>
    Task<IReadOnlyList<MeshModel>> ListModelsAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes a node to new work; what it runs goes on.</summary>
    /// <exception cref="NodeNotFoundException">There is no such node.</exception>
    Task CordonAsync(string nodeId, CancellationToken cancellationToken = default);

    /// <summary>Opens a node to work again; a quarantine ends too.</summary>
    /// <exception cref="NodeNotFoundException">There is no such node.</exception>
    Task UncordonAsync(string nodeId, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="CordonAsync"/>, and what still runs after the deadline moves to other nodes.</summary>
    /// <param name="deadline">0 to 24 h.</param>
    /// <exception cref="NodeNotFoundException">There is no such node.</exception>
    Task DrainAsync(string nodeId, TimeSpan deadline, CancellationToken cancellationToken = default);
}
