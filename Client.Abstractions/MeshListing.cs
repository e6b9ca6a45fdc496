using System.Runtime.CompilerServices;

namespace Aurora.Client.Abstractions;

/// <summary>Whole lists of tasks, read page by page as they are asked for.</summary>
public static class MeshListing
{
    /// <summary>Every task that has not ended, oldest first, without its payload.</summary>
    public static IAsyncEnumerable<MeshTask> ListActiveAsync(this IAuroraMesh mesh, CancellationToken cancellationToken = default) =>
        mesh.ListAsync(TaskListing.Active, cancellationToken);

    /// <summary>Every dead letter, the latest first, without its payload: tasks that failed, which <see cref="IAuroraMesh.RetryAsync"/> puts back in line.</summary>
    public static IAsyncEnumerable<MeshTask> ListDeadLettersAsync(this IAuroraMesh mesh, CancellationToken cancellationToken = default) =>
        mesh.ListAsync(TaskListing.DeadLetters, cancellationToken);

    /// <summary>Every task that carries a label, the latest first, without its payload.</summary>
    public static IAsyncEnumerable<MeshTask> ListLabelledAsync(this IAuroraMesh mesh, string key, string value, CancellationToken cancellationToken = default) =>
        mesh.ListAsync(TaskListing.Labelled(key, value), cancellationToken);

    /// <summary>Every task that a filter lets through, by id from the last, without its payload.</summary>
    /// <exception cref="ArgumentException">A member of the filter cannot be meant; the message names it.</exception>
    public static IAsyncEnumerable<MeshTask> ListMatchingAsync(this IAuroraMesh mesh, TaskFilter filter, CancellationToken cancellationToken = default) =>
        mesh.ListAsync(TaskListing.Matching(filter), cancellationToken);

    /// <summary>Every task of a list, without its payload.</summary>
    public static async IAsyncEnumerable<MeshTask> ListAsync(this IAuroraMesh mesh, TaskListing listing, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await mesh.ListPageAsync(listing, cursor, TaskPage.LimitMax, cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
            {
                yield return task;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
