namespace Aurora.Client.Abstractions;

/// <summary>Tasks that were submitted together. A handle holds nothing but the id: it can be made again from it, in any process.</summary>
/// <param name="mesh">The mesh that has the tasks.</param>
/// <param name="groupId">The group's id, see <see cref="TaskSubmission.GroupId"/>.</param>
public sealed class GroupHandle(IAuroraMesh mesh, string groupId)
{
    private static readonly TimeSpan OneWait = TimeSpan.FromSeconds(30);

    /// <summary>The group's id.</summary>
    public string GroupId { get; } = groupId;

    /// <summary>What the mesh answered to each of its tasks, in order, where this handle is of the submit itself; empty for one that was made from the id.</summary>
    public IReadOnlyList<TaskSubmission> Submissions { get; init; } = [];

    /// <summary>How far it is.</summary>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    public async Task<MeshGroup> GetAsync(CancellationToken cancellationToken = default) => Existing(await mesh.FindGroupAsync(GroupId, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until all its tasks have ended, however that is.</summary>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    public async Task<MeshGroup> WaitAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var group = Existing(await mesh.WaitGroupAsync(GroupId, OneWait, cancellationToken).ConfigureAwait(false));
            if (group.HasEnded)
            {
                return group;
            }
        }
    }

    /// <summary>The group once all its tasks have ended, or as it is after <paramref name="timeout"/> (up to 60 s).</summary>
    /// <exception cref="GroupNotFoundException">There is no such group.</exception>
    public async Task<MeshGroup> WaitAtMostAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Existing(await mesh.WaitGroupAsync(GroupId, timeout, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="IAuroraMesh.ReadGroupAsync"/>
    public IAsyncEnumerable<GroupResult> ResultsAsync(MeshTaskStatus? status = null, CancellationToken cancellationToken = default) =>
        mesh.ReadGroupAsync(GroupId, status, cancellationToken);

    /// <inheritdoc cref="IAuroraMesh.CancelGroupAsync"/>
    public Task<long> CancelAsync(CancellationToken cancellationToken = default) => mesh.CancelGroupAsync(GroupId, cancellationToken);

    /// <inheritdoc cref="IAuroraMesh.RetryGroupAsync"/>
    public Task<long> RetryAsync(CancellationToken cancellationToken = default) => mesh.RetryGroupAsync(GroupId, cancellationToken);

    private MeshGroup Existing(MeshGroup? group) => group ?? throw new GroupNotFoundException(GroupId);
}
